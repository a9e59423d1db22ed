using Microsoft.Extensions.Configuration;
using Perch.Server.Settings;

namespace Perch.Server.Tests.Settings;

/// <summary>What holds for every setting of the table.</summary>
public sealed class SettingsTests
{
    public static TheoryData<string> Names => [.. ServerSettings.All.Select(setting => setting.Name)];

    [Fact]
    public void NoTwoSettings_HaveAName() =>
        Assert.Equal(ServerSettings.All.Count, ServerSettings.All.Select(setting => setting.Name).Distinct().Count());

    [Fact]
    public void EveryKey_IsAPropertyOfTheOptions()
    {
        foreach (Setting setting in ServerSettings.All)
        {
            Type type = typeof(GatewayServerOptions);
            foreach (string part in setting.Key.Split(':'))
            {
                type = type.GetProperty(part)?.PropertyType ?? throw new InvalidOperationException($"--{setting.Name}: no property {setting.Key}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ADefault_IsAValueThatTheSettingTakes(string name)
    {
        Setting setting = Of(name);
        string value = (setting.IsFlag, setting.DefaultText) switch
        {
            (true, "on") => "true",
            (true, "off") => "false",
            (_, var text) => text,
        };
        var options = new GatewayServerOptions();
        setting.Apply(options, setting.IsList ? value.Split(setting.Separator, StringSplitOptions.RemoveEmptyEntries) : [value], "here");
        Assert.Equal(setting.DefaultText, setting.TextOf(options));
    }

    [Theory]
    [InlineData("port", "65536", "here takes a number from 0 to 65535, not '65536'.")]
    [InlineData("port", "+1", "here takes a number from 0 to 65535, not '+1'.")]
    [InlineData("http", "h11", "here takes kestrel, perch or bare, not 'h11'.")]
    [InlineData("log-level", "loud", "here takes critical, error, warning, info, debug or trace, not 'loud'.")]
    [InlineData("timeout-keep-alive", "0", "here takes a number of seconds above 0, not '0'.")]
    [InlineData("timeout-graceful-shutdown", "soon", "here takes a number of seconds above 0 or none, not 'soon'.")]
    [InlineData("root-path", "api/", "here takes a path that begins with a slash and does not end with one, not 'api/'.")]
    public void AWrongValue_IsRefusedWithWhatTheSettingTakes(string name, string value, string message) =>
        Assert.Equal(message, Assert.Throws<GatewaySettingsException>(() => Of(name).Apply(new GatewayServerOptions(), [value], "here")).Message);

    [Fact]
    public void Configuration_SetsWhatItNames()
    {
        IConfiguration configuration = Configuration(("Binding:Port", "9000"), ("Binding:Hosts:0", "::1"), ("Binding:Hosts:1", "127.0.0.1"), ("Http:ServerHeader", "False"));
        var options = new GatewayServerOptions();
        options.Read(configuration);
        Assert.Equal(9000, options.Binding.Port);
        Assert.Equal(["::1", "127.0.0.1"], options.Binding.Hosts);
        Assert.False(options.Http.ServerHeader);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Timeouts.KeepAlive);
    }

    [Fact]
    public void AKeyThatIsNoSetting_IsRefusedWithTheNearest()
    {
        var refused = Assert.Throws<GatewaySettingsException>(() => new GatewayServerOptions().Read(Configuration(("Binding:Prot", "9000"))));
        Assert.Equal("Binding:Prot is no setting; the nearest is Binding:Port.", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASettingOfOtherServers_IsRefused(string name)
    {
        Setting setting = Of(name);
        if (setting.OnlyFor is not { } servers)
        {
            return;
        }

        GatewayHttp other = Enum.GetValues<GatewayHttp>().Except(servers).First();
        var options = new GatewayServerOptions();
        options.Http.Server = other;
        setting.Apply(options, [setting.IsFlag ? (setting.DefaultText == "on" ? "false" : "true") : "1"], "here");
        Assert.StartsWith(setting.Option + " is for --http ", Assert.Throws<GatewaySettingsException>(() => ServerSettings.Check(options)).Message, StringComparison.Ordinal);
    }

    private static Setting Of(string name) => ServerSettings.All.Single(setting => setting.Name == name);

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build();
}
