using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

public abstract partial class ConformanceSuite
{
    /// <summary>Every way of a WebSocket, with the answers that an app refuses it by.</summary>
    public static TheoryData<WebSocketTransport, string, int> Refusals
    {
        get
        {
            var data = new TheoryData<WebSocketTransport, string, int>();
            foreach (WebSocketTransport transport in Enum.GetValues<WebSocketTransport>())
            {
                data.Add(transport, "/deny", 403);
                data.Add(transport, "/deny-response", 401);
                data.Add(transport, "/raise", 500);
                data.Add(transport, "/nothing/here", 403);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task WebSocket_EchoesTextAndBinary(WebSocketTransport transport)
    {
        using WebSocketClient client = await WebSocketClient.ConnectAsync(App, transport, "/echo");
        foreach (string text in new[] { "hello", "", "h\u00e4llo \u2603 \U0001F426", new string('x', 1_000_000) })
        {
            await client.SendAsync(text);
            Assert.Equal(text, await client.ReceiveTextAsync());
        }

        byte[] bytes = [0, 1, 127, 128, 255];
        await client.SendAsync(WebSocketMessageType.Binary, bytes);
        (WebSocketMessageType type, byte[] message) = await client.ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Binary, type);
        Assert.Equal(bytes, message);

        await client.CloseAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task WebSocket_JoinsFragments(WebSocketTransport transport)
    {
        using WebSocketClient client = await WebSocketClient.ConnectAsync(App, transport, "/echo");
        await client.SendAsync(WebSocketMessageType.Text, "one "u8.ToArray(), end: false);
        await client.SendAsync(WebSocketMessageType.Text, "two "u8.ToArray(), end: false);
        await client.SendAsync(WebSocketMessageType.Text, "three"u8.ToArray(), end: true);

        Assert.Equal("one two three", await client.ReceiveTextAsync());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task WebSocket_TellsItsScope(WebSocketTransport transport)
    {
        using var client = new WebSocketClient(transport);
        client.Socket.Options.AddSubProtocol("chat");
        client.Socket.Options.AddSubProtocol("x");
        client.Socket.Options.SetRequestHeader("X-Mixed-Case", "Value");
        await client.ConnectAsync(App, "/scope?q=%2f");
        JsonElement scope = JsonDocument.Parse(await client.ReceiveTextAsync()).RootElement;

        bool isTls = transport is WebSocketTransport.Http1Tls or WebSocketTransport.Http2Tls;
        bool isHttp2 = transport is WebSocketTransport.Http2 or WebSocketTransport.Http2Tls;
        Assert.Equal(isTls ? "wss" : "ws", Text(scope, "scheme"));
        Assert.Equal(isHttp2 ? "2" : "1.1", Text(scope, "http_version"));
        Assert.Equal("/scope", Text(scope, "path"));
        Assert.Equal("/scope", Text(scope, "raw_path"));
        Assert.Equal("q=%2f", Text(scope, "query_string"));
        Assert.Equal("", Text(scope, "root_path"));
        Assert.Equal("[\"chat\",\"x\"]", scope.GetProperty("subprotocols").GetRawText());
        Assert.Equal(["Value"], Values(scope, "x-mixed-case"));
        Assert.Equal([$"127.0.0.1:{(isTls ? App.HttpsPort : App.Port)}"], Values(scope, "host"));
        Assert.StartsWith("[\"127.0.0.1\",", scope.GetProperty("client").GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WebSocketTransport.Http1, "chat", "chat")]
    [InlineData(WebSocketTransport.Http1Tls, "x superchat chat", "superchat")]
    [InlineData(WebSocketTransport.Http2, "x superchat chat", "superchat")]
    [InlineData(WebSocketTransport.Http2Tls, "chat", "chat")]
    [InlineData(WebSocketTransport.Http1, "", null)]
    [InlineData(WebSocketTransport.Http2, "", null)]
    public async Task WebSocket_AgreesOnASubprotocol(WebSocketTransport transport, string offered, string? chosen)
    {
        using var client = new WebSocketClient(transport);
        foreach (string subprotocol in offered.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            client.Socket.Options.AddSubProtocol(subprotocol);
        }

        await client.ConnectAsync(App, "/subprotocol");

        Assert.Equal(chosen, client.Socket.SubProtocol);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task WebSocket_IsAcceptedWithTheAppsHeaders(WebSocketTransport transport)
    {
        using WebSocketClient client = await WebSocketClient.ConnectAsync(App, transport, "/accept-headers");
        IReadOnlyDictionary<string, IEnumerable<string>> headers = client.Socket.HttpResponseHeaders!;

        Assert.Equal(["1"], headers["x-extra"]);
        Assert.Equal(["a=1", "b=2; path=/"], headers["set-cookie"]);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task WebSocket_IsRefusedWithAStatus(WebSocketTransport transport, string target, int status)
    {
        using var client = new WebSocketClient(transport);
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(App, target));

        Assert.Equal((HttpStatusCode)status, client.Socket.HttpStatusCode);
        if (target == "/deny-response")
        {
            Assert.Equal(["yes"], client.Socket.HttpResponseHeaders!["x-deny"]);
        }
    }

    [Fact]
    public async Task WebSocket_DenialResponseHasItsBody()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake("/deny-response"));
        RawResponse response = await ResponseReader.ReadAsync(client);

        Assert.Equal(401, response.Status);
        Assert.Equal("yes", response.Header("x-deny"));
        Assert.Equal("denied", response.Body);
        Assert.Null(response.Header("sec-websocket-accept"));
    }

    [Theory]
    [InlineData("/deny", 403)]
    [InlineData("/raise", 500)]
    public async Task WebSocket_RefusalIsAWholeResponse(string target, int status)
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake(target));
        RawResponse response = await ResponseReader.ReadAsync(client);

        Assert.Equal(status, response.Status);
        Assert.DoesNotContain("detail", response.Body, StringComparison.OrdinalIgnoreCase);
        if (!response.SaysClose)
        {
            Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
        }
    }

    [Fact]
    public async Task WebSocket_RouteIsNoRouteForARequest()
    {
        using RawClient client = await ConnectAsync();
        Assert.Equal(404, (await client.RequestAsync("GET /deny")).Status);
    }

    [Theory]
    [InlineData("Upgrade: websocket\r\n")]
    [InlineData("Connection: Upgrade\r\nUpgrade: other\r\n")]
    [InlineData("Connection: keep-alive\r\nUpgrade: websocket\r\n")]
    public async Task WebSocket_HandshakeThatAsksForNoUpgradeIsARequest(string fields)
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync(
            "GET /scope", $"{fields}Sec-WebSocket-Key: {RawWebSocket.Key}\r\nSec-WebSocket-Version: 13\r\n\r\n");

        Assert.Equal(200, response.Status);
        Assert.Contains("\"method\":\"GET\"", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_CompressesWhereItIsAllowedTo()
    {
        await using ConformanceProcess app = await StartAsync("WebSockets.PerMessageDeflate=true");
        using var client = new WebSocketClient(WebSocketTransport.Http1);
        client.Socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await client.ConnectAsync(app, "/echo");
        Assert.Contains("permessage-deflate", client.Socket.HttpResponseHeaders!["sec-websocket-extensions"].Single(), StringComparison.Ordinal);
        string text = string.Concat(Enumerable.Repeat("the same again and again ", 1000));
        await client.SendAsync(text);
        Assert.Equal(text, await client.ReceiveTextAsync());

        using var notAllowed = new WebSocketClient(WebSocketTransport.Http1);
        notAllowed.Socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await notAllowed.ConnectAsync(App, "/echo");
        Assert.False(notAllowed.Socket.HttpResponseHeaders!.ContainsKey("sec-websocket-extensions"));
    }
}
