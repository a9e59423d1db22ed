using System.Diagnostics;
using System.Text;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Limits;

/// <summary>Limits and time-outs.</summary>
public sealed class LimitTests
{
    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Concurrency_BeyondIt_Gives503AtOnce(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--limit-concurrency", "1");
        using var client = new HttpClient();
        using (HttpResponseMessage slow = await client.GetAsync(new Uri(perch.Address, "/slow?600000"), HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.StartsWith("HTTP/1.1 503 ", await Clients.RawAsync(perch.Address, Clients.Get("/")), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task MaxRequests_EndsIt(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--limit-max-requests", "2", "--limit-max-requests-jitter", "1");
        for (int request = 0; request < 2; request++)
        {
            Assert.EndsWith("Hello, World!", await Clients.RawAsync(perch.Address, Clients.Get("/")), StringComparison.Ordinal);
        }

        try
        {
            await Clients.RawAsync(perch.Address, Clients.Get("/"));
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The jitter was 0: it has stopped listening already.
        }

        Assert.Equal(0, await perch.ExitAsync());
    }

    [Theory]
    [InlineData("kestrel", "--limit-request-line", "100", "414")]
    [InlineData("perch", "--limit-request-line", "100", "414")]
    [InlineData("bare", "--limit-request-line", "100", "414")]
    [InlineData("kestrel", "--limit-request-head", "150", "431")]
    [InlineData("perch", "--limit-request-head", "150", "431")]
    [InlineData("bare", "--limit-request-head", "150", "431")]
    [InlineData("kestrel", "--limit-request-fields", "1", "431")]
    [InlineData("perch", "--limit-request-fields", "1", "431")]
    [InlineData("bare", "--limit-request-fields", "1", "431")]
    public async Task AHeadBeyondALimit_IsRefused(string http, string option, string value, string status)
    {
        // Kestrel has its request line inside its head.
        string[] line = option == "--limit-request-head" ? ["--limit-request-line", "140"] : [];
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, ["--http", http, option, value, .. line]);
        string path = option == "--limit-request-line" ? "/" + new string('x', 120) : "/";
        string fields = option == "--limit-request-head" ? $"x-long: {new string('x', 150)}\r\n" : "";
        Assert.StartsWith($"HTTP/1.1 {status} ", await Clients.RawAsync(perch.Address, Clients.Get(path, fields)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ABodyBeyondTheLimit_IsRefused(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--limit-request-body", "10");
        Assert.EndsWith("10", await Clients.RawAsync(perch.Address, Post("0123456789")), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413 ", await Clients.RawAsync(perch.Address, Post("0123456789a")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("perch")]
    [InlineData("bare")]
    public async Task ChunkExtensionsBeyondTheLimit_AreRefused(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--limit-chunk-extensions", "5");
        byte[] request = Encoding.ASCII.GetBytes(
            "POST /echo HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n1;name=value\r\nx\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await Clients.RawAsync(perch.Address, request), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task KeepAliveTimeOut_ClosesAnIdleConnection(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--timeout-keep-alive", "9");
        var clock = Stopwatch.StartNew();
        string answer = await Clients.RawAsync(perch.Address, "GET / HTTP/1.1\r\nhost: h\r\n\r\n"u8.ToArray());
        Assert.EndsWith("Hello, World!", answer, StringComparison.Ordinal);

        // More than the default of 5 s, and the two more that Kestrel may take, which looks once a second.
        Assert.InRange(clock.Elapsed.TotalSeconds, 7.5, double.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task HeadTimeOut_Gives408(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--timeout-request-head", "1");
        Assert.StartsWith("HTTP/1.1 408 ", await Clients.RawAsync(perch.Address, "GET / HTTP/1.1\r\nhost:"u8.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ABodySlowerThanItsRate_Gives408(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--limit-request-body-rate", "1000", "--timeout-rate-grace", "1.5");
        byte[] request = "POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\nx"u8.ToArray();
        Assert.StartsWith("HTTP/1.1 408 ", await Clients.RawAsync(perch.Address, request), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task AReaderSlowerThanItsRate_IsCutOff(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--limit-response-rate", "10000000", "--timeout-rate-grace", "1.5");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await socket.ConnectAsync(perch.Address.Host, perch.Address.Port);
        await socket.SendAsync(Clients.Get("/flood"));
        await Wait.Until<object>(
            async () =>
            {
                using var client = new HttpClient();
                return await client.GetStringAsync(new Uri(perch.Address, "/floods")) == "0" ? new object() : null;
            },
            "the end of the response that nobody reads");
    }

    private static byte[] Post(string body) =>
        Encoding.ASCII.GetBytes($"POST /echo HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: {body.Length}\r\n\r\n{body}");
}
