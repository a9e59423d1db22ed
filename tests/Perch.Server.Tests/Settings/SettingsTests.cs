using System.Reflection;
using Microsoft.Extensions.Configuration;
using Perch.Server.Settings;
using Perch.Tests.Shared;

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
    [InlineData("event-loops", "1025", "here takes a number from 1 to 1024, or auto, not '1025'.")]
    [InlineData("http", "h11", "here takes kestrel, perch or bare, not 'h11'.")]
    [InlineData("log-level", "loud", "here takes critical, error, warning, info, debug or trace, not 'loud'.")]
    [InlineData("timeout-keep-alive", "0", "here takes a number of seconds above 0, not '0'.")]
    [InlineData("timeout-graceful-shutdown", "soon", "here takes a number of seconds above 0 or none, not 'soon'.")]
    [InlineData("root-path", "api/", "here takes a path that begins with a slash and does not end with one, not 'api/'.")]
    public void AWrongValue_IsRefusedWithWhatTheSettingTakes(string name, string value, string message) =>
        Assert.Equal(message, Assert.Throws<GatewaySettingsException>(() => Of(name).Apply(new GatewayServerOptions(), [value], "here")).Message);

    /// <summary>The keys of those that have an enum for their values.</summary>
    public static TheoryData<string> EnumKeys => [.. ServerSettings.All.Select(setting => setting.Key).Where(key => PropertyOf(key, new()).Property.PropertyType.IsEnum)];

    [Theory]
    [MemberData(nameof(EnumKeys))]
    public void ANumberThatIsNoValueOfItsEnum_IsRefused(string key) => EnumOptions.AssertNumbersWithoutANameAreRefused(PropertyOf(key, new GatewayServerOptions()).Owner);

    [Fact]
    public void ATransportThatIsNone_IsRefusedWithThoseThatThereAre()
    {
        var binding = new GatewayServerBinding();
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => binding.Transport = (GatewayTransport)3);
        Assert.StartsWith("GatewayTransport is one of Auto, Epoll, Sockets.", refused.Message, StringComparison.Ordinal);
    }

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

    public static TheoryData<string, string> Unmet => new()
    {
        { "--port needs --host beside --uds and --fd.", "uds=app.sock port=9000" },
        { "--uds-mode needs --uds.", "uds-mode=0660" },
        { "--event-loops needs --transport epoll.", "transport=sockets event-loops=2" },
        { "--http3 needs --ssl-certfile.", "http3=true" },
        { "--http3 needs --workers 1.", "http3=true ssl-certfile=cert.pem workers=2" },
        { "--http3 needs --no-proxy-protocol.", "http3=true ssl-certfile=cert.pem proxy-protocol=true" },
        { "--ws-max-size needs --ws perch or system.", "ws=none ws-max-size=10" },
        { "--ws-max-queue needs --ws perch.", "ws=system ws-max-queue=10" },
        { "--ws-ping-interval needs --ws perch or system.", "ws=none ws-ping-interval=1" },
        { "--ws-ping-timeout needs --ws perch or system.", "ws=none ws-ping-timeout=1" },
        { "--ws-ping-timeout needs --ws-ping-interval above 0.", "ws-ping-interval=0 ws-ping-timeout=1" },
        { "--ws-per-message-deflate needs --ws perch or system.", "ws=none ws-per-message-deflate=true" },
        { "--ssl-keyfile needs --ssl-certfile.", "ssl-keyfile=key.pem" },
        { "--ssl-keyfile needs a PEM certificate (a PFX file has its key).", "ssl-certfile=cert.pfx ssl-keyfile=key.pem" },
        { "--ssl-keyfile-password needs --ssl-certfile.", "ssl-keyfile-password=secret" },
        { "--ssl-ca-certs needs --ssl-certfile.", "ssl-ca-certs=ca.pem" },
        { "--ssl-ca-certs needs --ssl-cert-reqs optional or required.", "ssl-certfile=cert.pem ssl-ca-certs=ca.pem" },
        { "--ssl-cert-reqs needs --ssl-certfile.", "ssl-cert-reqs=required" },
        { "--ssl-ciphers needs --ssl-certfile.", "ssl-ciphers=TLS_AES_128_GCM_SHA256" },
        { "--ssl-version needs --ssl-certfile.", "ssl-version=tls13" },
        { "--forwarded-allow-ips needs --proxy-headers or --proxy-protocol.", "proxy-headers=false forwarded-allow-ips=10.0.0.1" },
        { "--limit-max-requests-jitter needs --limit-max-requests.", "limit-max-requests-jitter=10" },
        {
            "--timeout-rate-grace needs --limit-request-body-rate or --limit-response-rate above 0.",
            "limit-request-body-rate=0 limit-response-rate=0 timeout-rate-grace=2"
        },
        { "--reload-dir needs --reload.", "reload-dir=/" },
        { "--reload-include needs --reload.", "reload-include=*.html" },
        { "--reload-exclude needs --reload.", "reload-exclude=tests" },
        { "--reload-delay needs --reload.", "reload-delay=2" },
    };

    [Theory]
    [MemberData(nameof(Unmet))]
    public void ASettingThatWouldMeanNothing_IsRefused(string message, string settings)
    {
        var options = new GatewayServerOptions();
        foreach (string[] one in settings.Split(' ').Select(text => text.Split('=')))
        {
            Of(one[0]).Apply(options, [one[1]], "here");
        }

        Assert.Equal(message, Assert.Throws<GatewaySettingsException>(() => ServerSettings.Check(options)).Message);
    }

    [Fact]
    public void EveryNeedOfTheTable_IsAmongThem()
    {
        // What the machine has or not: TlsTests and TransportTests have it.
        IEnumerable<string> needs = ServerSettings.All.SelectMany(
            setting => setting.Needs.Where(need => need != Need.Quic && need != Need.EventLoops), (setting, need) => $"{setting.Option} needs {need.Text}.");
        Assert.Equal(needs, Unmet.Select(row => (string)row[0]));
    }

    private static (object Owner, PropertyInfo Property) PropertyOf(string key, GatewayServerOptions options)
    {
        object owner = options;
        string[] path = key.Split(':');
        foreach (string part in path[..^1])
        {
            owner = owner.GetType().GetProperty(part)!.GetValue(owner)!;
        }

        return (owner, owner.GetType().GetProperty(path[^1])!);
    }

    private static Setting Of(string name) => ServerSettings.All.Single(setting => setting.Name == name);

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build();
}
