using System.Text;

namespace Perch.Testing.Tests.WebSockets;

public sealed class TestWebSocketTests
{
    private static GatewayApp Echo => Accepting(async (_, receive, send) =>
    {
        while (await receive() is WebSocketReceive message)
        {
            await send(WebSocketSend.Echo(message));
        }
    });

    [Fact]
    public async Task The_scope_has_what_the_handshake_says()
    {
        WebSocketScope? seen = null;
        TestWebSocketClient client = new(Apps.Of(async (scope, receive, send) =>
        {
            seen = ((WebSocketScope)scope).Detach();
            Assert.IsType<WebSocketConnect>(await receive());
            await send(new WebSocketAccept("b", [("x-extra", "1"), ("set-cookie", "a"), ("set-cookie", "b")]));
        }));

        await using TestWebSocket socket = await client.ConnectAsync("/a%20b?c=1", ["a", "b"], [("cookie", "k=v")]);

        Assert.Equal("b", socket.Subprotocol);
        Assert.Equal(["a", "b"], socket.Headers.GetValues("set-cookie"));
        Assert.Equal(("/a b", "ws", "1.1"), (seen!.Path, seen.Scheme, seen.HttpVersion));
        Assert.Equal("/a%20b", Encoding.ASCII.GetString(seen.RawPath.Span));
        Assert.Equal("c=1", Encoding.ASCII.GetString(seen.QueryString.Span));
        Assert.Equal(["a", "b"], seen.Subprotocols);
        Assert.Equal("a, b", seen.Headers.GetValue("sec-websocket-protocol"));
        Assert.Equal("k=v", seen.Headers.GetValue("cookie"));
        Assert.Equal("testserver", seen.Headers.GetValue("host"));
        Assert.True(seen.Offers(ExtensionNames.DenialResponse));
        Assert.False(seen.Offers(ExtensionNames.Debug));
    }

    [Fact]
    public void Text_has_no_bytes_and_bytes_have_no_text()
    {
        Assert.Null(new WebSocketReceive("x").Bytes);
        Assert.Null(new WebSocketSend("x").Bytes);
        Assert.Null(new WebSocketReceive(default, isText: false).Text);
        Assert.Null(new WebSocketSend(ReadOnlyMemory<byte>.Empty).Text);
        Assert.NotNull(new WebSocketSend(ReadOnlyMemory<byte>.Empty).Bytes);
    }

    [Fact]
    public async Task Text_and_bytes_go_both_ways()
    {
        await using TestWebSocket socket = await new TestWebSocketClient(Echo).ConnectAsync("wss://example.org/echo");

        await socket.SendTextAsync("häß");
        await socket.SendBytesAsync(new byte[] { 1, 2, 3 });

        Assert.Equal("häß", await socket.ReceiveTextAsync());
        Assert.Equal(new byte[] { 1, 2, 3 }, (await socket.ReceiveBytesAsync()).ToArray());
        await socket.SendTextAsync("x");
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ReceiveBytesAsync());
        await socket.SendBytesAsync(default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ReceiveTextAsync());
    }

    [Theory]
    [InlineData(1000, "")]
    [InlineData(4001, "bye")]
    public async Task The_apps_close_comes_after_its_messages(int code, string reason)
    {
        GatewayApp app = Accepting(async (_, receive, send) =>
        {
            await send(new WebSocketSend("last"));
            await send(new WebSocketClose(code, reason));
            var closed = (WebSocketDisconnect)await receive();
            Assert.Equal((code, reason), (closed.Code, closed.Reason));
            await Assert.ThrowsAsync<GatewayProtocolException>(async () => await send(new WebSocketSend("too late")));
        });
        await using TestWebSocket socket = await new TestWebSocketClient(app).ConnectAsync("/");

        Assert.Equal("last", await socket.ReceiveTextAsync());
        WebSocketClosedException close = await socket.ReceiveCloseAsync();

        Assert.Equal((code, reason), (close.Code, close.Reason));
        Assert.Same(close, await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.ReceiveTextAsync()));
        await socket.WaitForEndAsync();
    }

    [Fact]
    public async Task A_message_where_the_close_was_awaited_is_an_error()
    {
        await using TestWebSocket socket = await new TestWebSocketClient(Echo).ConnectAsync("/");
        await socket.SendTextAsync("x");

        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ReceiveCloseAsync());
    }

    [Fact]
    public async Task An_app_that_returns_has_closed_with_1000()
    {
        await using TestWebSocket socket = await new TestWebSocketClient(Accepting((_, _, _) => Task.CompletedTask)).ConnectAsync("/");

        Assert.Equal(1000, (await socket.ReceiveCloseAsync()).Code);
    }

    [Fact]
    public async Task An_app_that_throws_has_closed_with_1011()
    {
        await using TestWebSocket socket = await new TestWebSocketClient(
            Accepting((_, _, _) => throw new InvalidDataException("mine"))).ConnectAsync("/");

        WebSocketClosedException close = await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.ReceiveTextAsync());

        Assert.Equal(1011, close.Code);
        Assert.IsType<InvalidDataException>(close.InnerException);
        await Assert.ThrowsAsync<InvalidDataException>(() => socket.WaitForEndAsync());
    }

    [Fact]
    public async Task A_close_before_the_accept_is_a_403() => Assert.Equal(403, (await Denied(Apps.Answering(new WebSocketClose()))).StatusCode);

    [Fact]
    public async Task A_denial_response_has_status_headers_and_body()
    {
        WebSocketDeniedException denied = await Denied(Apps.Answering(
            new WebSocketHttpResponseStart(401, [("x-deny", "yes")]),
            new WebSocketHttpResponseBody("den"u8, moreBody: true),
            new WebSocketHttpResponseBody("ied"u8)));

        Assert.Equal((401, "yes", "denied"), (denied.StatusCode, denied.Headers.GetValue("x-deny"), Encoding.ASCII.GetString(denied.Body.Span)));
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("returns")]
    [InlineData("throws after the denial's start")]
    public async Task An_app_that_does_not_answer_the_handshake_is_a_500(string how)
    {
        WebSocketDeniedException denied = await Denied(Apps.Of(async (_, _, send) =>
        {
            if (how.Contains("start", StringComparison.Ordinal))
            {
                await send(new WebSocketHttpResponseStart(401));
            }

            if (how != "returns")
            {
                throw new InvalidDataException("mine");
            }
        }));

        Assert.Equal(500, denied.StatusCode);
        Assert.Equal(how != "returns", denied.InnerException is InvalidDataException);
    }

    [Fact]
    public async Task A_denial_that_ends_in_the_middle_is_never_taken_for_complete()
    {
        GatewayApp app = Apps.Answering(new WebSocketHttpResponseStart(401), new WebSocketHttpResponseBody("den"u8, moreBody: true));

        await Assert.ThrowsAsync<HttpIOException>(() => new TestWebSocketClient(app).ConnectAsync("/"));
    }

    [Theory]
    [InlineData(1000, "", 1000)]
    [InlineData(4000, "done", 4000)]
    [InlineData(null, "", 1005)]
    public async Task The_clients_close_reaches_the_app_after_its_messages(int? code, string reason, int received)
    {
        TaskCompletionSource<WebSocketDisconnect> closed = Apps.Source<WebSocketDisconnect>();
        GatewayApp app = Accepting(async (scope, receive, send) =>
        {
            CancellationToken left = scope.Disconnected;
            Assert.Equal("x", ((WebSocketReceive)await receive()).Text);
            var disconnect = (WebSocketDisconnect)await receive();
            Assert.Same(disconnect, await receive());
            Assert.True(left.IsCancellationRequested);
            await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await send(new WebSocketSend("y")));
            await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await send(new WebSocketClose()));
            closed.SetResult(disconnect);
        });
        await using TestWebSocket socket = await new TestWebSocketClient(app).ConnectAsync("/");

        await socket.SendTextAsync("x");
        await socket.CloseAsync(code, reason);
        await socket.WaitForEndAsync();

        Assert.Equal((received, reason), ((await closed.Task).Code, (await closed.Task).Reason));
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.SendTextAsync("after"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_lost_connection_is_1006()
    {
        TaskCompletionSource<int> code = Apps.Source<int>();
        GatewayApp app = Accepting(async (_, receive, _) => code.SetResult(((WebSocketDisconnect)await receive()).Code));
        TestWebSocket socket = await new TestWebSocketClient(app).ConnectAsync("/");

        await socket.DisposeAsync();

        Assert.Equal(1006, await code.Task);
        Assert.True(socket.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Send_waits_for_a_client_that_does_not_receive_and_ends_when_it_leaves()
    {
        int sent = 0;
        TaskCompletionSource<bool> full = Apps.Source<bool>();
        GatewayApp app = Accepting(async (_, _, send) =>
        {
            while (true)
            {
                ValueTask sending = send(new WebSocketSend("x"));
                if (!sending.IsCompleted)
                {
                    full.TrySetResult(true);
                }

                await sending;
                sent++;
            }
        });
        TestWebSocket socket = await new TestWebSocketClient(app, new GatewayTestOptions { MaxQueuedMessages = 3 }).ConnectAsync("/");
        await full.Task;

        Assert.Equal(3, sent);
        Assert.Equal("x", await socket.ReceiveTextAsync());
        socket.Disconnect();

        await Assert.ThrowsAsync<ClientDisconnectedException>(() => socket.WaitForEndAsync());
    }

    [Fact]
    public async Task Time_outs_say_what_was_awaited()
    {
        GatewayApp silent = Apps.Of(async (_, receive, _) =>
        {
            await receive();
            await receive();
        });
        GatewayApp accepting = Accepting(async (_, receive, _) => await receive());
        (ManualClock clock, GatewayTestOptions options) = ManualClock.Create();

        string handshake = await TimeOutOf(clock, new TestWebSocketClient(silent, options).ConnectAsync("/quiet"));
        await using TestWebSocket socket = await new TestWebSocketClient(accepting, options).ConnectAsync("/");

        Assert.Contains("the app's answer to the handshake. Scope: websocket /quiet, in the state 'connecting'", handshake, StringComparison.Ordinal);
        Assert.Contains("a text message", await TimeOutOf(clock, socket.ReceiveTextAsync()), StringComparison.Ordinal);
        Assert.Contains("the app's close", await TimeOutOf(clock, socket.ReceiveCloseAsync()), StringComparison.Ordinal);
        Assert.Contains("the app's end", await TimeOutOf(clock, socket.WaitForEndAsync()), StringComparison.Ordinal);
    }

    private static async Task<string> TimeOutOf(ManualClock clock, Task wait)
    {
        clock.Pass();
        return (await Assert.ThrowsAsync<TimeoutException>(() => wait)).Message;
    }

    [Fact]
    public async Task The_memory_of_a_message_is_gone_at_the_next_receive()
    {
        GatewayApp app = Accepting(async (_, receive, _) =>
        {
            var first = (WebSocketReceive)await receive();
            await receive();
            Assert.Throws<ObjectDisposedException>(() => first.Data);
        });
        await using TestWebSocket socket = await new TestWebSocketClient(app).ConnectAsync("/");

        await socket.SendBytesAsync(new byte[3]);
        await socket.SendBytesAsync(new byte[3]);

        await socket.WaitForEndAsync();
    }

    [Fact]
    public async Task What_cannot_be_on_the_wire_is_refused()
    {
        var client = new TestWebSocketClient(Echo);
        await using TestWebSocket socket = await client.ConnectAsync("/");

        await Assert.ThrowsAnyAsync<ArgumentException>(() => socket.CloseAsync(1006));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => socket.CloseAsync(1000, new string('x', 124)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => socket.CloseAsync(null, "x"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => socket.SendTextAsync("\uD800"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ConnectAsync("http://testserver/"));
    }

    private static GatewayApp Accepting(Func<Scope, Receive, Send, Task> app) => Apps.Of(async (scope, receive, send) =>
    {
        await receive();
        await send(new WebSocketAccept());
        await app(scope, receive, send);
    });

    private static Task<WebSocketDeniedException> Denied(GatewayApp app) =>
        Assert.ThrowsAsync<WebSocketDeniedException>(() => new TestWebSocketClient(app).ConnectAsync("/"));
}
