using System.Net;
using System.Text;
using System.Text.Json;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

/// <summary>RFC 6455 §4.2, RFC 8441 §5.</summary>
public abstract partial class ConformanceSuite
{
    [Theory]
    [InlineData("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n")]
    [InlineData("Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n")]
    [InlineData("Connection: ,Upgrade ,\r\nUpgrade: h2c, websocket\r\n")]
    [InlineData("connection: UPGRADE\r\nupgrade: h2c\r\nUPGRADE: websocket\r\n")]
    public async Task Handshake_FieldsAreListsInAnyCase(string fields)
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync(
            "GET /echo", $"{fields}Sec-WebSocket-Key: {RawWebSocket.Key}\r\nSec-WebSocket-Version: 13\r\n\r\n");

        Assert.Equal(101, response.Status);
        Assert.Equal("websocket", response.Header("upgrade"), ignoreCase: true);
        Assert.Equal("upgrade", response.Header("connection"), ignoreCase: true);
        Assert.Equal([RawWebSocket.Accept], response.All("sec-websocket-accept"));
        Assert.Null(response.Header("sec-websocket-protocol"));
        Assert.Null(response.Header("sec-websocket-extensions"));
        Assert.Null(response.Header("content-length"));
        Assert.Null(response.Header("transfer-encoding"));
    }

    [Theory]
    [InlineData("GET /echo HTTP/1.1", "POST /echo HTTP/1.1", 400)]
    [InlineData("Sec-WebSocket-Version: 13\r\n", "", 426)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", 426)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 14, 13", 426)]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZTE=", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ", 400)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 400)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: a b", 400)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: ;", 400)]
    [InlineData("Host: localhost\r\n", "", 400)]
    [InlineData("Host: localhost", "Host: localhost\r\nHost: localhost", 400)]
    [InlineData("Host: localhost", "Host: localhost\r\nContent-Length: 5", 400)]
    [InlineData("Host: localhost", "Host: localhost\r\nTransfer-Encoding: chunked", 400)]
    public async Task Handshake_ThatIsNoneIsRefused(string part, string replacement, int status)
    {
        string handshake = RawWebSocket.Handshake("/echo");
        Assert.Contains(part, handshake, StringComparison.Ordinal);
        using RawClient client = await ConnectAsync();
        await client.SendAsync(handshake.Replace(part, replacement, StringComparison.Ordinal));
        RawResponse response = await ResponseReader.ReadAsync(client);

        Assert.Equal(status, response.Status);
        Assert.Null(response.Header("sec-websocket-accept"));
        Assert.Equal(status == 426 ? "13" : null, response.Header("sec-websocket-version"));
    }

    [Fact]
    public async Task Handshake_ForAnythingButAWebSocketIsARequestAndTheNextIsNotLost()
    {
        using RawClient client = await ConnectAsync();
        string upgrade = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
        await client.SendAsync(upgrade + "GET /status/418 HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.Equal("Hello, World!", (await ResponseReader.ReadAsync(client)).Body);
        Assert.Equal(418, (await ResponseReader.ReadAsync(client)).Status);
    }

    // RFC 9110 §7.8: there it must be ignored.
    [Fact]
    public async Task Handshake_OfHttp10IsARequest()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake("/").Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal));

        Assert.Equal("Hello, World!", (await ResponseReader.ReadAsync(client)).Body);
    }

    [Fact]
    public async Task Handshake_MayFollowRequestsInTheirWrite()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + RawWebSocket.Handshake("/return"));

        Assert.Equal("Hello, World!", (await ResponseReader.ReadAsync(client)).Body);
        Assert.Equal(101, (await ResponseReader.ReadAsync(client)).Status);
        byte[] close = await client.ReadExactlyAsync(4, "a close frame");
        Assert.Equal([0x88, 2, 3, 0xE8], close);
    }

    // RFC 6455 §11.3.4: several fields are one list.
    [Fact]
    public async Task Handshake_SubprotocolsOfAllFieldsAreOffered()
    {
        using RawWebSocket client = await ConnectWebSocketAsync(
            "/scope", "Sec-WebSocket-Protocol: a, b\r\nX-Between: 1\r\nsec-websocket-protocol: c\r\nOrigin: https://example.org\r\n");
        JsonElement scope = JsonDocument.Parse((await client.ReadMessageAsync()).Payload).RootElement;

        Assert.Equal("[\"a\",\"b\",\"c\"]", scope.GetProperty("subprotocols").GetRawText());
        Assert.Equal(["https://example.org"], Values(scope, "origin"));
    }

    [Fact]
    public async Task Handshake_SplitAtEveryByteIsTheSame()
    {
        byte[] handshake = Encoding.ASCII.GetBytes(RawWebSocket.Handshake("/return"));
        for (int split = 1; split < handshake.Length; split += 7)
        {
            using RawClient client = await ConnectAsync();
            await client.SendAsync(handshake.AsMemory(0, split));
            await client.SendAsync(handshake.AsMemory(split));
            RawResponse response = await ResponseReader.ReadAsync(client);
            Assert.Equal(101, response.Status);
            Assert.Equal(RawWebSocket.Accept, response.Header("sec-websocket-accept"));
        }
    }

    // RFC 8441 §5: the version is checked there as well.
    [Theory]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task Handshake_OfHttp2ToldTheVersion(HttpProtocol protocol)
    {
        using HttpClient client = protocol.CreateClient(App);
        using var request = new HttpRequestMessage(HttpMethod.Connect, "/echo") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "websocket";
        request.Headers.Add("sec-websocket-version", "12");
        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Equal(["13"], response.Headers.GetValues("sec-websocket-version"));
    }
}
