using System.Net;
using System.Security.Cryptography;
using System.Text;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;
using Perch.Conformance.Tools;

namespace Perch.Conformance.Suite;

public abstract partial class HttpConformanceSuite
{
    private const int LargeBody = 20 * 1024 * 1024;

    [Fact]
    public async Task Continue_IsSentWhenTheAppAwaitsTheBody()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        RawResponse interim = await ResponseReader.ReadAsync(client);
        Assert.Equal(100, interim.Status);
        Assert.Empty(interim.Headers);

        await client.SendAsync("hello");
        Assert.Equal("hello", (await ResponseReader.ReadAsync(client)).Body);
    }

    [Theory]
    [InlineData("/nobody-read", "not read")]
    [InlineData("/scope", null)]
    [InlineData("/raise", null)]
    public async Task Continue_IsNotSentWhenTheAppDoesNotAwaitTheBody(string target, string? body)
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync($"POST {target}", "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");

        Assert.NotEqual(100, response.Status);
        Assert.Equal(body ?? response.Body, response.Body);
    }

    [Fact]
    public async Task Continue_IsNotSentWhenTheBodyIsThereAlready()
    {
        // RFC 9110 §10.1.1: it may be left out then; a client must cope with either, but never with two.
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync("POST /echo", "Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
        if (response.Status == 100)
        {
            response = await ResponseReader.ReadAsync(client);
        }

        Assert.Equal("hello", response.Body);
        Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
    }

    [Fact]
    public async Task ChunkedBody_ComesWithoutItsFraming()
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync(
            "POST /echo", "Transfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Trailer: yes\r\n\r\n");

        Assert.Equal("abc0123456789", response.Body);
        Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
    }

    [Fact]
    public async Task LargeBody_ThatNobodyReadsDoesNotHoldTheAnswerUp()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync($"POST /nobody-read HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LargeBody}\r\n\r\nonly the beginning of it");

        Assert.Equal("not read", (await ResponseReader.ReadAsync(client)).Body);
    }

    [Theory]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task Body_IsEchoedWhileItIsSent(HttpProtocol protocol)
    {
        using HttpClient client = protocol.CreateClient(App);
        using var content = new DuplexContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, Target("/echo"))
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = content,
        };
        content.Write("first"u8.ToArray());
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using Stream body = await response.Content.ReadAsStreamAsync();
        byte[] part = new byte[5];
        await Wait.For(body.ReadExactlyAsync(part).AsTask(), "the echo of the first part");
        Assert.Equal("first"u8.ToArray(), part);

        content.Write("later"u8.ToArray());
        await Wait.For(body.ReadExactlyAsync(part).AsTask(), "the echo of the second part");
        Assert.Equal("later"u8.ToArray(), part);

        content.Complete();
        Assert.Equal(0, await Wait.For(body.ReadAsync(part).AsTask(), "the end of the echo"));
    }

    [Theory]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task LargeBody_ComesBackUnchangedOnHttp2(HttpProtocol protocol)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(LargeBody);
        using HttpClient client = protocol.CreateClient(App);

        // Not a ByteArrayContent: the client would send all of it before it reads, and an echo waits for its reader.
        using var content = new DuplexContent();
        content.Write(sent);
        content.Complete();
        using HttpResponseMessage response = await client.PostAsync(Target("/echo"), content);

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(await response.Content.ReadAsByteArrayAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LargeBody_ComesBackUnchangedOnHttp1(bool chunked)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(LargeBody);
        using RawClient client = await ConnectAsync();
        await client.SendAsync($"POST /echo HTTP/1.1\r\nHost: localhost\r\n{(chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {LargeBody}")}\r\n\r\n");
        Task sending = SendBodyAsync(client, sent, chunked);
        RawResponse response = await ResponseReader.ReadAsync(client);
        await Wait.For(sending, "the end of the upload");

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(Encoding.Latin1.GetBytes(response.Body)));
    }

    [TheoryWith(Tool.Curl)]
    [MemberData(nameof(Protocols))]
    public async Task Curl_EchoesALargeFile(HttpProtocol protocol)
    {
        string file = Path.GetTempFileName();
        try
        {
            byte[] sent = RandomNumberGenerator.GetBytes(LargeBody / 4);
            await File.WriteAllBytesAsync(file, sent);
            ToolResult result = await Tool.RunAsync(Tool.Curl, ["-sSk", .. protocol.CurlOptions(), "--data-binary", "@" + file, protocol.Origin(App) + "/echo"]);

            Assert.True(result.ExitCode == 0, result.Errors);
            Assert.Equal(SHA256.HashData(sent), SHA256.HashData(result.Output));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [FactWith(Tool.Nghttp)]
    [Trait(Http1Only.Needs, "HTTP/2")]
    public async Task Nghttp_EchoesALargeFile()
    {
        string file = Path.GetTempFileName();
        try
        {
            byte[] sent = RandomNumberGenerator.GetBytes(LargeBody / 4);
            await File.WriteAllBytesAsync(file, sent);
            ToolResult result = await Tool.RunAsync(Tool.Nghttp, "-d", file, HttpProtocol.Http2.Origin(App) + "/echo");

            Assert.Equal(0, result.ExitCode);
            Assert.Equal(SHA256.HashData(sent), SHA256.HashData(result.Output));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task BodyAboveTheLimit_Is413()
    {
        await using ConformanceProcess app = await StartAsync("Limits.MaxRequestBodySize=1000");
        foreach (HttpProtocol protocol in Enum.GetValues<HttpProtocol>().Where(protocol => Host.HasHttp2 || !protocol.IsHttp2()))
        {
            using HttpClient client = protocol.CreateClient(app);
            using var allowed = new ByteArrayContent(new byte[1000]);
            using HttpResponseMessage accepted = await client.PostAsync(Target("/echo"), allowed);
            Assert.Equal(1000, (await accepted.Content.ReadAsByteArrayAsync()).Length);

            using var tooMuch = new ByteArrayContent(new byte[1001]);
            using HttpResponseMessage refused = await client.PostAsync(Target("/echo"), tooMuch);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        }

        // Of unknown length, the limit is only met on the way: 413 if nothing has been answered yet, an abort otherwise.
        using RawClient raw = await RawClient.ConnectAsync(app.Port);
        await raw.SendAsync("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + new string('x', 2000) + "\r\n0\r\n\r\n");
        string answer = await raw.ReadToEndAsync();
        Assert.DoesNotContain("\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", app.Errors, StringComparison.Ordinal);
    }

    private static async Task SendBodyAsync(RawClient client, byte[] body, bool chunked)
    {
        const int Part = 64 * 1024;
        for (int sent = 0; sent < body.Length; sent += Part)
        {
            ReadOnlyMemory<byte> part = body.AsMemory(sent, Math.Min(Part, body.Length - sent));
            ReadOnlyMemory<byte> framed = chunked ? (byte[])[.. Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"), .. part.Span, (byte)'\r', (byte)'\n'] : part;
            await client.SendAsync(framed);
        }

        if (chunked)
        {
            await client.SendAsync("0\r\n\r\n");
        }
    }
}
