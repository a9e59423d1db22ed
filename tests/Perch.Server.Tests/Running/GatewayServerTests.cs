using System.Diagnostics;
using Perch.Server.Tests.Apps;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Running;

/// <summary>The server in a program of one's own.</summary>
[Collection(nameof(InProcess))]
public sealed class GatewayServerTests
{
    [Theory]
    [InlineData(GatewayHttp.Kestrel)]
    [InlineData(GatewayHttp.Perch)]
    [InlineData(GatewayHttp.Bare)]
    public async Task ServerThatIsStarted_Serves_UntilItIsStopped(GatewayHttp http)
    {
        await using GatewayServer server = Create(http);
        Assert.Throws<InvalidOperationException>(() => server.Addresses);
        await server.StartAsync();
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(server.Addresses[0]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync());
        await server.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(server.Addresses[0]));
    }

    [Fact]
    public async Task APortThatIsTaken_IsAStartException()
    {
        await using GatewayServer first = Create(GatewayHttp.Kestrel);
        await first.StartAsync();
        int port = new Uri(first.Addresses[0]).Port;
        await using GatewayServer second = GatewayServer.Create(TestApp.Serve, options => options.Binding.Port = port);
        var exception = await Assert.ThrowsAsync<GatewayServerStartException>(() => second.StartAsync());
        Assert.Equal($"Cannot listen on 127.0.0.1:{port}: the address is in use.", exception.Message);
    }

    [Fact]
    public void OptionsThatDoNotGoTogether_AreRefused() => Assert.Equal(
        "--ssl-keyfile needs --ssl-certfile.",
        Assert.Throws<GatewaySettingsException>(() => GatewayServer.Create(TestApp.Serve, options => options.Tls.KeyFile = "key.pem")).Message);

    [Fact]
    public async Task TheStandaloneSample_IsARunningServer()
    {
        ProcessStartInfo start = PerchProcess.StartInfo("PERCH_PORT=0");
        start.ArgumentList.Clear();
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(PerchProcess.RepositoryOutput("samples/Standalone", "Standalone.dll"));
        await using PerchProcess sample = await PerchProcess.StartAsync(start);
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(sample.Address));
        Assert.Equal(0, await sample.StopAsync());
    }

    [Fact]
    public async Task WorkersOfAProgramOfOnesOwn_AreStartedByItsOwnCommandLine()
    {
        ProcessStartInfo start = PerchProcess.StartInfo("PERCH_PORT=0", "PERCH_WORKERS=2");
        start.ArgumentList.Clear();
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(PerchProcess.RepositoryOutput("samples/Standalone", "Standalone.dll"));
        await using PerchProcess sample = await PerchProcess.StartAsync(start);
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(sample.Address));
        Assert.Contains(sample.Output, line => line.Contains(", 2 workers, ", StringComparison.Ordinal));
        Assert.Equal(0, await sample.StopAsync());
    }

    private static GatewayServer Create(GatewayHttp http) => GatewayServer.Create(TestApp.Serve, options =>
    {
        options.Binding.Port = 0;
        options.Http.Server = http;
        options.Logging.Access = false;
    });
}
