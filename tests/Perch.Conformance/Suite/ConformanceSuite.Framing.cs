using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

public abstract partial class ConformanceSuite
{
    [Theory]
    [InlineData("GET /status/204?body=1", 204)]
    [InlineData("GET /status/304?body=1", 304)]
    [InlineData("HEAD /", 200)]
    [InlineData("HEAD /status/200?body=1", 200)]
    [InlineData("HEAD /stream?n=3&size=5", 200)]
    [InlineData("HEAD /raise", 500)]
    public async Task ResponseWithoutBody_IsFollowedByTheNextResponseAtOnce(string request, int status)
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync($"{request} HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        RawResponse first = await ResponseReader.ReadHeadAsync(client);
        string rest = await client.ReadToEndAsync();

        Assert.Equal(status, first.Status);
        Assert.StartsWith("HTTP/1.1 200 ", rest, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nHello, World!", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status204_HasNeitherLengthNorCoding()
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync("GET /status/204?body=1");

        // RFC 9110 §8.6, RFC 9112 §6.1: neither field in a 204.
        Assert.Null(response.Header("content-length"));
        Assert.Null(response.Header("transfer-encoding"));
    }

    [Fact]
    public async Task Status205_SaysThatItIsEmpty()
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync("GET /status/205?body=1");

        Assert.Equal("", response.Body);
        Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
    }

    [Fact]
    public async Task Head_HasTheFieldsOfGet()
    {
        using RawClient client = await ConnectAsync();
        RawResponse head = await client.RequestAsync("HEAD /");

        Assert.Equal("13", head.Header("content-length"));
        Assert.Equal("text/plain", head.Header("content-type"));
    }

    [Theory]
    [InlineData("/stream?n=3&size=5", "xxxxxxxxxxxxxxx")]
    // An empty chunk on the wire would end the body.
    [InlineData("/stream?n=3&size=0", "")]
    public async Task BodyOfUnknownLength_IsChunkedOnHttp11(string target, string body)
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync($"GET {target}");

        Assert.Equal("chunked", response.Header("transfer-encoding"));
        Assert.Equal(body, response.Body);
        Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
    }

    [Fact]
    public async Task BodyOfUnknownLength_EndsWithTheConnectionOnHttp10()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync("GET /stream?n=3&size=5 HTTP/1.0\r\n\r\n");
        RawResponse response = await ResponseReader.ReadAsync(client);

        Assert.Null(response.Header("transfer-encoding"));
        Assert.Equal("xxxxxxxxxxxxxxx", response.Body);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Chunk_LeavesWhenItIsSent()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        string[] parts = ["one", "two", "three"];
        foreach (string part in parts)
        {
            await client.SendAsync($"{part.Length:x}\r\n{part}\r\n");
            if (part == parts[0])
            {
                Assert.Equal(200, (await ResponseReader.ReadHeadAsync(client)).Status);
            }

            // The next part is only sent when this one has come back.
            Assert.Equal(part, await ResponseReader.ReadChunkAsync(client));
        }

        await client.SendAsync("0\r\n\r\n");
        Assert.Equal("", await ResponseReader.ReadChunkAsync(client));
    }

    [Theory]
    [InlineData("GET /")]
    [InlineData("HEAD /")]
    [InlineData("POST /echo")]
    [InlineData("POST /nobody-read")]
    [InlineData("POST /scope")]
    [InlineData("GET /stream?n=3&size=1000")]
    [InlineData("GET /status/204?body=1")]
    [InlineData("GET /status/304?body=1")]
    [InlineData("GET /status/404?body=1")]
    [InlineData("GET /trailers")]
    [InlineData("GET /early-hints")]
    [InlineData("GET /state")]
    [InlineData("GET /slow?ms=1")]
    [InlineData("GET /raise")]
    [InlineData("GET /bad-header")]
    [InlineData("GET /nothing")]
    public async Task Connection_ServesTheNextRequestOrSaysThatItCloses(string request)
    {
        using RawClient client = await ConnectAsync();
        string body = request.StartsWith("POST", StringComparison.Ordinal) ? "Content-Length: 5\r\n\r\nhello" : "\r\n";
        RawResponse response = await client.RequestAsync(request, body);
        if (response.Status == 103)
        {
            response = await ResponseReader.ReadAsync(client);
        }

        if (response.SaysClose)
        {
            // Only after a failure: a route that works keeps the connection.
            Assert.Equal(500, response.Status);
            Assert.Equal("", await client.ReadToEndAsync());
            return;
        }

        Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
    }

    [Fact]
    public async Task Connection_ClosesWhenTheClientAsks()
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync("GET /", "Connection: close\r\n\r\n");

        Assert.True(response.SaysClose);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Pipeline_IsAnsweredInOrder()
    {
        using RawClient client = await ConnectAsync();
        const string Host = " HTTP/1.1\r\nHost: localhost\r\n";
        await client.SendAsync(
            $"GET /slow?ms=50{Host}\r\nPOST /echo{Host}Content-Length: 5\r\n\r\nfirstPOST /echo{Host}Transfer-Encoding: chunked\r\n\r\n6\r\nsecond\r\n0\r\n\r\n"
            + $"HEAD /{Host}\r\nPOST /nobody-read{Host}Content-Length: 4\r\n\r\nGET GET /status/204?body=1{Host}\r\nGET /{Host}\r\n");

        Assert.Equal("slow", (await ResponseReader.ReadAsync(client)).Body);
        Assert.Equal("first", (await ResponseReader.ReadAsync(client)).Body);
        Assert.Equal("second", (await ResponseReader.ReadAsync(client)).Body);
        Assert.Equal("13", (await ResponseReader.ReadAsync(client, isHead: true)).Header("content-length"));
        Assert.Equal("not read", (await ResponseReader.ReadAsync(client)).Body);
        Assert.Equal(204, (await ResponseReader.ReadAsync(client)).Status);
        Assert.Equal("Hello, World!", (await ResponseReader.ReadAsync(client)).Body);
    }

    [Fact]
    public async Task Pipeline_OfManyRequestsIsAnsweredWhole()
    {
        const int Depth = 200;
        using RawClient client = await ConnectAsync();
        await client.SendAsync(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", Depth)));
        for (int i = 0; i < Depth; i++)
        {
            Assert.Equal("Hello, World!", (await ResponseReader.ReadAsync(client)).Body);
        }
    }

    [Fact]
    public async Task Request_MayComeByteByByte()
    {
        using RawClient client = await ConnectAsync();
        foreach (char c in "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        {
            await client.SendAsync(c.ToString());
        }

        Assert.Equal("abcde", (await ResponseReader.ReadAsync(client)).Body);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: five\r\n\r\nhello")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("GE(T / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task MalformedRequest_IsRefusedAndTheConnectionCloses(string request)
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync(request);
        RawResponse response = await ResponseReader.ReadAsync(client);

        Assert.Equal(400, response.Status);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    /// <summary>A process with settings of its own.</summary>
    private Task<ConformanceProcess> StartAsync(params string[] settings) =>
        ConformanceProcess.StartAsync(Host, [.. settings.SelectMany(setting => new[] { "--set", setting })]);
}
