using Perch.Conformance;
using Perch.Server.Binding;
using Perch.Server.Settings;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Binding;

/// <summary>What serves the sockets.</summary>
public sealed class TransportTests
{
    /// <summary>Each HTTP stack on each transport, and whether that has event loops.</summary>
    public static TheoryData<string, string, bool> Transports
    {
        get
        {
            var data = new TheoryData<string, string, bool>();
            foreach (string http in (string[])["kestrel", "perch", "bare"])
            {
                data.Add(http, "auto", true);
                data.Add(http, "epoll", true);
                data.Add(http, "sockets", false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Transport_ServesTcpAndUnixSockets(string http, string transport, bool hasLoops)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("app.sock");
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--transport", transport, "--uds", path, "--host", "127.0.0.1", "--port", "0");
        using HttpClient unix = Clients.OfUnixSocket(path);
        using var tcp = new HttpClient();
        Assert.Equal("Hello, World!", await unix.GetStringAsync("/"));
        Assert.Equal("Hello, World!", await tcp.GetStringAsync(perch.Addresses.Single(address => address.StartsWith("http", StringComparison.Ordinal))));
        Assert.Equal(hasLoops, HasEventLoops(perch.Id));
        Assert.Contains(perch.Output, line => line.Contains($"http {http} over {(hasLoops ? "epoll" : "sockets")}, ", StringComparison.Ordinal));
        Assert.Equal(0, await perch.StopAsync());
    }

    [Fact]
    public async Task Transport_OfWorkers_IsThatOfTheirServer()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "PERCH_TRANSPORT=sockets", "--workers", "2");
        Assert.DoesNotContain(ProcessTree.ChildrenOf(perch.Id), HasEventLoops);
        await using PerchProcess other = await PerchProcess.StartAsync(TestApp.Name, "--workers", "2");
        await Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(other.Id).All(HasEventLoops) ? other : null), "two workers with event loops");
    }

    [Theory]
    [InlineData("kestrel")]
    [InlineData("perch")]
    [InlineData("bare")]
    public async Task EventLoops_AreAsManyAsSaid(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--event-loops", "5");
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(perch.Address));

        // A thread has its name a moment after its start.
        await Wait.Until(() => Task.FromResult(HasLoops(perch.Id, 5) ? perch : null), "five event loops");
        Assert.Equal(0, await perch.StopAsync());
    }

    /// <summary>An app that blocks its thread holds no other connection up, though they are on the same loops.</summary>
    [Theory]
    [InlineData("kestrel")]
    [InlineData("perch")]
    [InlineData("bare")]
    public async Task Epoll_AnAppThatBlocks_HoldsNoOtherConnectionUp(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--transport", "epoll");
        using var client = new HttpClient();

        // More than there are loops: each has one that blocks.
        Task<string>[] blocked = [.. Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => client.GetStringAsync(new Uri(perch.Address, "/block")))];
        await Wait.Until(async () => await client.GetStringAsync(new Uri(perch.Address, "/blocked")) == $"{blocked.Length}" ? client : null, "all that block");
        Assert.DoesNotContain(blocked, one => one.IsCompleted);
        Assert.Equal("released", await client.GetStringAsync(new Uri(perch.Address, "/release")));
        Assert.All(await Wait.For(Task.WhenAll(blocked), "those that blocked"), answer => Assert.Equal("blocked", answer));
    }

    [Theory]
    [InlineData(GatewayTransport.Epoll, false)]
    [InlineData(GatewayTransport.Sockets, true)]
    [InlineData(GatewayTransport.Auto, true)]
    public void Epoll_WithoutEventLoops_IsRefused(GatewayTransport transport, bool isMet)
    {
        var options = new GatewayServerOptions();
        options.Binding.Transport = transport;
        Assert.Equal(isMet, Need.EventLoopsIf(isSupported: false).IsMet(options));
        Assert.True(Need.EventLoopsIf(isSupported: true).IsMet(options));
    }

    [Theory]
    [InlineData(GatewayTransport.Auto, true, GatewayTransport.Epoll)]
    [InlineData(GatewayTransport.Auto, false, GatewayTransport.Sockets)]
    [InlineData(GatewayTransport.Sockets, true, GatewayTransport.Sockets)]
    public void Auto_IsWhatTheMachineHas(GatewayTransport transport, bool hasEventLoops, GatewayTransport chosen) =>
        Assert.Equal(chosen, ServerTransport.Of(transport, hasEventLoops));

    private static bool HasLoops(int process, int count) => ProcessTree.EventLoopsOf(process).Order().SequenceEqual(Enumerable.Range(0, count).Select(loop => $"perch loop {loop}"));

    private static bool HasEventLoops(int process) => ProcessTree.EventLoopsOf(process).Any();
}
