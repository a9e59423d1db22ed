using System.Net;
using System.Net.WebSockets;
using Perch.AspNetCore.Tests.Support;
using Perch.Http;

namespace Perch.AspNetCore.Tests.WebSockets;

public abstract class HandshakeTests(WebSocketEngineKind engine) : WebSocketTests(engine)
{
    public sealed class OnPerch() : HandshakeTests(WebSocketEngineKind.Perch);

    public sealed class OnSystem() : HandshakeTests(WebSocketEngineKind.System);

    [Fact]
    public async Task The_scope_tells_the_request_and_all_subprotocols_of_all_its_fields()
    {
        WebSocketScope? seen = null;
        await using TestServer server = await StartAsync(Apps.WebSocket(async (ws, receive, send) =>
        {
            Assert.IsType<WebSocketConnect>(await receive());
            seen = ws.Detach();
            await send(new WebSocketAccept("c", [("x-a", "1"), ("x-a", "2")]));
        }));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(
            server, "/a%20b?q", "Sec-WebSocket-Protocol: a, b\r\nX: y\r\nSec-WebSocket-Protocol: c,, d\r\n");
        Assert.Contains("Sec-WebSocket-Protocol: c\r\n", socket.Head, StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", socket.Head, StringComparison.Ordinal);
        Assert.Contains("x-a: 1\r\nx-a: 2\r\n", socket.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1000, (await socket.ReadCloseAsync()).Code);
        Assert.Equal(["a", "b", "c", "d"], seen!.Subprotocols);
        Assert.Equal(("ws", "/a b", "q", "1.1"), (seen.Scheme, seen.Path, System.Text.Encoding.ASCII.GetString(seen.QueryString.Span), seen.HttpVersion));
        Assert.Equal("127.0.0.1", seen.Client!.Value.Host);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_close_before_accept_is_403(bool receivesFirst)
    {
        GatewayEvent? last = null;
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, receive, send) =>
        {
            if (receivesFirst)
            {
                await receive();
            }

            await send(new WebSocketClose());
            if (receivesFirst)
            {
                last = await receive();
            }
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake());
        string answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 0\r\n", answer, StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
        Assert.Equal(receivesFirst ? 1006 : null, (last as WebSocketDisconnect)?.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Return_or_throw_before_accept_is_500_and_logged_once(bool throws)
    {
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, receive, _) =>
        {
            await receive();
            if (throws)
            {
                throw new InvalidOperationException("secret");
            }
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake("/p"));
        string answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nInternal Server Error", answer, StringComparison.Ordinal);
        await server.IdleAsync();
        LogEntry error = Assert.Single(server.Logs.AboveDebug);
        Assert.StartsWith("WebSocket /p: the app failed; the client gets 500", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_without_WebSockets_gives_500()
    {
        await using TestServer server = await StartAsync(Apps.Hello);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(server.Url("/", "ws"), CancellationToken.None));
        Assert.Equal(HttpStatusCode.InternalServerError, socket.HttpStatusCode);
        await server.IdleAsync();
        Assert.IsType<UnsupportedScopeException>(Assert.Single(server.Logs.Errors).Exception);
    }

    [Fact]
    public async Task A_denial_response_is_streamed()
    {
        var goOn = new TaskCompletionSource();
        await using TestServer server = await StartAsync(Apps.WebSocket(async (ws, receive, send) =>
        {
            await receive();
            Assert.True(ws.Offers(ExtensionNames.DenialResponse));
            await send(new WebSocketHttpResponseStart(401, [("www-authenticate", "Basic"), ("x", "1")]));
            await send(new WebSocketHttpResponseBody("no, "u8, moreBody: true));
            await goOn.Task;
            await send(new WebSocketHttpResponseBody("never"u8));
            Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(await receive()).Code);
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake());
        await client.ReadUntilAsync("no, ");
        goOn.SetResult();
        string answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
        Assert.Contains("WWW-Authenticate: Basic\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("never\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_denial_that_is_not_ended_is_500_or_cut(bool bodyStarted)
    {
        var goOn = new TaskCompletionSource();
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, _, send) =>
        {
            await send(new WebSocketHttpResponseStart(401));
            if (bodyStarted)
            {
                await send(new WebSocketHttpResponseBody("part"u8, moreBody: true));
                await goOn.Task;
            }
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake());
        if (bodyStarted)
        {
            await client.ReadUntilAsync("part\r\n");
            goOn.SetResult();
        }

        string answer = await client.ReadToEndAsync();
        Assert.StartsWith(bodyStarted ? "HTTP/1.1 401 " : "HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", answer, StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Single(server.Logs.Errors);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12", 426)]
    [InlineData("Sec-WebSocket-Version: 13\r\n", "", 426)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "short", 400)]
    [InlineData("Connection: Upgrade", "Connection: x", 400)]
    public async Task A_handshake_that_is_none_is_refused_and_the_app_not_called(string part, string replacement, int status)
    {
        bool called = false;
        await using TestServer server = await StartAsync((scope, _, _) =>
        {
            called |= scope is WebSocketScope;
            return Task.FromException(new UnsupportedScopeException(scope));
        });
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake().Replace(part, replacement, StringComparison.Ordinal));
        string answer = await client.ReadHeadAsync();
        Assert.False(called);

        // Without "Upgrade" in Connection it is an ordinary request, for which this app has no answer.
        Assert.StartsWith($"HTTP/1.1 {(part.StartsWith("Connection", StringComparison.Ordinal) ? 500 : status)} ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subprotocol_that_was_not_offered_is_the_apps_error()
    {
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, _, send) =>
        {
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketAccept("other")).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketAccept(null, [("sec-websocket-accept", "x")])).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketSend("x")).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(null!).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(Apps.Ok).AsTask());
            await send(new WebSocketAccept());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketAccept()).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketClose(1005)).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketClose(1000, new string('x', 124))).AsTask());
            await send(new WebSocketClose(3000, "fine"));
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketSend("x")).AsTask());
        }));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server, more: "Sec-WebSocket-Protocol: one\r\n");
        Assert.Equal((3000, "fine"), await socket.ReadCloseAsync());
    }

    [Theory]
    [InlineData(WebSocketEngineKind.Perch)]
    [InlineData(WebSocketEngineKind.System)]
    public async Task An_accept_that_the_server_has_no_room_for_is_503_with_nothing_of_a_handshake(WebSocketEngineKind engine)
    {
        await using TestServer server = await StartAsync(
            Apps.WebSocket(async (_, _, send) =>
            {
                GatewayEvent[] messages = [new WebSocketAccept(null, [("x-a", "1")]), new WebSocketSend("x"), new WebSocketAccept(), new WebSocketClose()];
                foreach (GatewayEvent message in messages)
                {
                    await Assert.ThrowsAsync<ClientDisconnectedException>(() => send(message).AsTask());
                }
            }),
            new() { Kestrel = kestrel => kestrel.Limits.MaxConcurrentUpgradedConnections = 0, Gateway = gateway => gateway.WebSocketEngine = engine });
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake());
        string answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("websocket", answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("x-a", answer, StringComparison.Ordinal);
        Assert.EndsWith("Too many upgraded connections.", answer, StringComparison.Ordinal);
        await server.IdleAsync();

        // The app has done nothing wrong. An operator finds the limit in the log.
        Assert.Empty(server.Logs.Errors);
        Assert.Contains(server.Logs.Entries, entry => entry.Id.Name == "HandshakeRefused" && entry.Message.Contains("503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receive_before_accept_waits_for_the_clients_leaving()
    {
        var seen = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var called = new TaskCompletionSource();
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, receive, send) =>
        {
            await receive();
            called.SetResult();
            seen.SetResult(await receive());
            await send(new WebSocketAccept());
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake());
        await called.Task.For("the app's call");
        client.Reset();
        Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(await seen.Task.For("the disconnect")).Code);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task A_receive_that_waits_for_the_answer_goes_on_with_messages()
    {
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, receive, send) =>
        {
            await receive();
            Task<GatewayEvent> first = receive().AsTask();
            await Assert.ThrowsAsync<GatewayProtocolException>(() => receive().AsTask());
            await send(new WebSocketAccept());
            await send(WebSocketSend.Echo((WebSocketReceive)await first));
        }));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        await socket.SendTextAsync("early");
        Assert.Equal("early"u8.ToArray(), (await socket.ReadAsync()).Payload);
        Assert.Equal(1000, (await socket.ReadCloseAsync()).Code);
    }
}
