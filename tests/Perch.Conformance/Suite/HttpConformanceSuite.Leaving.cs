using System.Text.Json;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

public abstract partial class HttpConformanceSuite
{
    /// <summary>What a server may hold for one connection, with much room for what a runtime holds anyway.</summary>
    private protected const long MemoryBound = 150 * 1024 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientThatLeavesDuringTheUpload_IsNoticed(bool reset)
    {
        string id = NewId();
        using RawClient client = await ConnectAsync();
        await client.SendAsync($"POST /echo?id={id} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nbegin");
        Assert.Equal("begin", await ReadFirstChunkAsync(client));
        Leave(client, reset);

        AssertSendFailed(await DisconnectOfAsync(App, id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientThatLeavesBeforeTheResponse_IsNoticed(bool reset)
    {
        string id = NewId();
        using RawClient client = await ConnectAsync();

        // In one write with a request before it, whose answer shows that both have arrived: a reset takes what has not.
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /slow?ms=3000&id={id} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal("Hello, World!", (await ResponseReader.ReadAsync(client)).Body);
        Leave(client, reset);

        AssertSendFailed(await DisconnectOfAsync(App, id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientThatLeavesDuringTheResponse_IsNoticed(bool reset)
    {
        string id = NewId();
        using RawClient client = await ConnectAsync();
        await client.SendAsync($"GET /stream?n=1000000&size=10000&id={id} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal(10000, (await ReadFirstChunkAsync(client)).Length);
        Leave(client, reset);

        AssertSendFailed(await DisconnectOfAsync(App, id));
    }

    [Theory]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task StreamThatIsResetDuringTheUpload_IsNoticed(HttpProtocol protocol)
    {
        string id = NewId();
        using HttpClient client = protocol.CreateClient(App);
        using var leaving = new CancellationTokenSource();
        using var content = new DuplexContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, Target($"/echo?id={id}"))
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = content,
        };
        content.Write("begin"u8.ToArray());
        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        response.Dispose();

        AssertSendFailed(await DisconnectOfAsync(App, id));
    }

    [Theory]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task StreamThatIsResetBeforeTheResponse_IsNoticed(HttpProtocol protocol)
    {
        string id = NewId();
        using HttpClient client = protocol.CreateClient(App);
        Assert.Equal("Hello, World!", await client.GetStringAsync(Target("/")));
        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> asking = client.GetAsync(Target($"/slow?ms=2500&id={id}"), leaving.Token);

        // One that comes behind it on the same connection is answered: so it has arrived.
        Assert.Equal("slow", await client.GetStringAsync(Target("/slow?ms=50")));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        AssertSendFailed(await DisconnectOfAsync(App, id));
        Assert.Equal("Hello, World!", await client.GetStringAsync(Target("/")));
    }

    [Theory]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task StreamThatIsResetDuringTheResponse_IsNoticed(HttpProtocol protocol)
    {
        string id = NewId();
        using HttpClient client = protocol.CreateClient(App);
        HttpResponseMessage response = await client.GetAsync(Target($"/stream?n=1000000&size=10000&id={id}"), HttpCompletionOption.ResponseHeadersRead);
        response.Dispose();

        AssertSendFailed(await DisconnectOfAsync(App, id));
        Assert.Equal("Hello, World!", await client.GetStringAsync(Target("/")));
    }

    [Fact]
    public async Task ClientsThatLeave_AreNotLogged()
    {
        await using ConformanceProcess app = await StartAsync();
        string[] requests =
        [
            "POST /echo?id={0} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nbegin",
            "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\nGET /slow?ms=3000&id={0} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /stream?n=1000000&size=10000&id={0} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ];
        foreach (string request in requests)
        {
            foreach (bool reset in new[] { true, false })
            {
                string id = NewId();
                using RawClient client = await RawClient.ConnectAsync(app.Port);
                await client.SendAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, request, id));
                await ReadFirstChunkAsync(client);
                while (request.Contains("/slow", StringComparison.Ordinal) && (await ResponseReader.ReadChunkAsync(client)).Length > 0)
                {
                    // The next request of the pipeline begins after the last chunk of this response.
                }

                Leave(client, reset);
                await DisconnectOfAsync(app, id);
            }
        }

        app.Terminate();
        Assert.Equal(0, await app.ExitAsync());
        Assert.Equal("", app.Errors.Trim());
    }

    [Fact]
    public async Task ClientThatDoesNotRead_StallsTheAppAndCostsLittle()
    {
        string id = NewId();
        using RawClient client = await ConnectAsync();
        long before = App.WorkingSet;
        await client.SendAsync($"GET /stream?n=1000000&size=100000&id={id} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal(100_000, (await ReadFirstChunkAsync(client)).Length);
        await UntilIdleAsync(App);

        Assert.InRange(App.WorkingSet - before, long.MinValue, MemoryBound);
        client.Reset();
        AssertSendFailed(await DisconnectOfAsync(App, id));
    }

    [Theory]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task StreamThatIsNotRead_StallsTheAppAndCostsLittle(HttpProtocol protocol)
    {
        string id = NewId();
        using HttpClient client = protocol.CreateClient(App);
        long before = App.WorkingSet;
        using HttpResponseMessage response = await client.GetAsync(Target($"/stream?n=1000000&size=100000&id={id}"), HttpCompletionOption.ResponseHeadersRead);
        await UntilIdleAsync(App);

        Assert.InRange(App.WorkingSet - before, long.MinValue, MemoryBound);

        // The connection serves other streams meanwhile.
        Assert.Equal("Hello, World!", await client.GetStringAsync(Target("/")));
        response.Dispose();
        AssertSendFailed(await DisconnectOfAsync(App, id));
    }

    [Fact]
    public async Task AppThatDoesNotReceive_StallsTheClientAndCostsLittle()
    {
        using RawClient client = await ConnectAsync();
        long before = App.WorkingSet;
        await client.SendAsync("GET /slow?ms=30000 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] chunk = new byte[1024 * 1024];
        byte[] framed = [.. "100000\r\n"u8, .. chunk, (byte)'\r', (byte)'\n'];
        long sent = 0;
        Task sending = SendForeverAsync();
        await Wait.UntilStill(() => sent, "the upload of a client whose app does not receive");

        Assert.False(sending.IsCompleted);
        Assert.InRange(sent, 0, MemoryBound);
        Assert.InRange(App.WorkingSet - before, long.MinValue, MemoryBound);
        client.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => Wait.For(sending, "the failure of the upload"));

        async Task SendForeverAsync()
        {
            while (true)
            {
                await client.SendWithoutLimitAsync(framed);
                sent += framed.Length;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task LargeResponse_IsStreamedWhole(HttpProtocol protocol)
    {
        const long Length = 1000 * 65536;
        long before = App.WorkingSet;
        using HttpClient client = protocol.CreateClient(App);
        using HttpResponseMessage response = await client.GetAsync(Target("/stream?n=1000&size=65536"), HttpCompletionOption.ResponseHeadersRead);
        using Stream body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[256 * 1024];
        long count = 0;
        for (int read; (read = await Wait.For(body.ReadAsync(buffer).AsTask(), $"more after {count} bytes")) > 0;)
        {
            Assert.Equal(-1, buffer.AsSpan(0, read).IndexOfAnyExcept((byte)'x'));
            count += read;
        }

        Assert.Equal(Length, count);
        Assert.InRange(App.WorkingSet - before, long.MinValue, MemoryBound);
    }

    private protected static void Leave(RawClient client, bool reset)
    {
        if (reset)
        {
            client.Reset();
        }
        else
        {
            client.Dispose();
        }
    }

    private static async Task<string> ReadFirstChunkAsync(RawClient client)
    {
        Assert.Equal(200, (await ResponseReader.ReadHeadAsync(client)).Status);
        return await ResponseReader.ReadChunkAsync(client);
    }

    /// <summary>Waits until the app's code does not run any more, give or take a timer.</summary>
    private static Task UntilIdleAsync(ConformanceProcess app) =>
        Wait.UntilStill(() => (long)(app.ProcessorTime.TotalMilliseconds / 50), "the app that sends to a client who does not read");
}
