using System.Net;
using System.Net.Sockets;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Running;

/// <summary>How the process ends.</summary>
public sealed class StopTests
{
    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ASignal_EndsItWith0_AndThePortIsFree(string http)
    {
        foreach (int signal in (int[])[Signals.Terminate, Signals.Interrupt])
        {
            // One that nobody else is given when it is free.
            await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--port", $"{Ports.Free()}");
            using var client = new HttpClient();
            Assert.Equal("Hello, World!", await client.GetStringAsync(perch.Address));
            perch.Signal(signal);
            Assert.Equal(0, await perch.ExitAsync());
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, perch.Address.Port));
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task AStopDuringTheStart_EndsItWith0(string http)
    {
        string app = TestApp.Name[..^nameof(TestApp.Serve).Length] + nameof(TestApp.Hangs);
        await using PerchProcess perch = PerchProcess.Begin(PerchProcess.StartInfo("run", app, "--port", "0", "--http", http));
        await perch.LineAsync("it starts");
        Assert.Equal(0, await perch.StopAsync());
        Assert.Equal("it starts", perch.Errors);
    }

    [Fact]
    public async Task AStopDuringTheStartOfWorkers_EndsThem()
    {
        string app = TestApp.Name[..^nameof(TestApp.Serve).Length] + nameof(TestApp.Hangs);
        await using PerchProcess perch = PerchProcess.Begin(PerchProcess.StartInfo("run", app, "--port", "0", "--workers", "2"));
        await perch.LineAsync("it starts");
        List<int> workers = await Wait.Until(
            () => Task.FromResult(ProcessTree.ChildrenOf(perch.Id) is { Count: 2 } two ? two : null), "two workers");
        Assert.Equal(0, await perch.StopAsync());
        Assert.DoesNotContain(workers, ProcessTree.IsRunning);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ARequestThatRuns_IsFinished(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(perch.Address, "/slow?1500"), HttpCompletionOption.ResponseHeadersRead);
        perch.Signal(Signals.Terminate);
        Assert.Equal("started finished", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, await perch.ExitAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task AStream_IsToldOfTheStop_AndEndsItsResponse(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(perch.Address, "/stream"), HttpCompletionOption.ResponseHeadersRead);
        perch.Signal(Signals.Terminate);
        Assert.Equal("open told", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, await perch.ExitAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task AnInterruptAfterTheFirstSignal_EndsItAtOnce(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--port", $"{Ports.Free()}");
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(perch.Address, "/slow?600000"), HttpCompletionOption.ResponseHeadersRead);
        perch.Signal(Signals.Terminate);
        await perch.RefusesAsync();
        perch.Signal(Signals.Interrupt);
        Assert.Equal(0, await perch.ExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    /// <summary>timeout(1) sends SIGTERM to the process, and to its group.</summary>
    [Theory]
    [InlineData("kestrel", "1")]
    [InlineData("perch", "1")]
    [InlineData("bare", "1")]
    [InlineData("kestrel", "2")]
    public async Task ASecondSigterm_IsNoMoreThanTheFirst(string http, string workers)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--port", $"{Ports.Free()}", "--workers", workers, "--limit-request-body-rate", "0");
        using var client = new TcpClient();
        await client.ConnectAsync(perch.Address.Host, perch.Address.Port);
        using var reader = new StreamReader(client.GetStream());

        // The app has begun when it asks for the body (RFC 9110 §10.1.1).
        await client.GetStream().WriteAsync("POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 1\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 100 ", await reader.ReadLineAsync(), StringComparison.Ordinal);
        perch.Signal(Signals.Terminate);
        await (workers == "1"
            ? perch.RefusesAsync()
            : Wait.Until(() => Task.FromResult(ProcessTree.ChildrenOf(perch.Id).Count == 1 ? perch : null), "the end of the worker that has nothing to do"));
        perch.Signal(Signals.Terminate);

        // For the signal to be handled before the answer is there; nothing tells of it, and longer is only stricter.
        await Task.Delay(500);
        await client.GetStream().WriteAsync("x"u8.ToArray());
        Assert.EndsWith("\r\n\r\n1", await Wait.For(reader.ReadToEndAsync(), "the size of the body"), StringComparison.Ordinal);
        Assert.Equal(0, await perch.ExitAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task TheTimeOut_EndsIt(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--timeout-graceful-shutdown", "0.2");
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(perch.Address, "/slow?600000"), HttpCompletionOption.ResponseHeadersRead);
        perch.Signal(Signals.Terminate);
        Assert.Equal(0, await perch.ExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task TheTimeOut_LeavesTheAppTimeToShutDown(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.NameOf(nameof(TestApp.HasLifespan)), "--http", http, "--timeout-graceful-shutdown", "0.2");
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(perch.Address, "/slow?600000"), HttpCompletionOption.ResponseHeadersRead);
        perch.Signal(Signals.Terminate);
        Assert.Equal(0, await perch.ExitAsync());
        Assert.Contains("the app has shut down", perch.Output);
        Assert.Equal("", perch.Errors);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task AShutdownThatDoesNotEnd_IsLeftAfterTheTimeOut_With1AndOneLine(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.NameOf(nameof(TestApp.NeverShutsDown)), "--http", http, "--timeout-graceful-shutdown", "0.2");
        Assert.Equal(1, await perch.StopAsync());
        Assert.Equal("perch: The app's shutdown did not end within 5 s after the time for the stop was over.", perch.Errors);
    }
}
