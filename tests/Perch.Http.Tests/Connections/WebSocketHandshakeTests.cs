using Perch.Http.Parsing;

namespace Perch.Http.Tests.Connections;

/// <summary>Handshakes of WebSockets on the raw path, up to their answer.</summary>
public class WebSocketHandshakeTests
{
    internal const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    internal const string Handshake =
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + Key + "\r\n\r\n";

    // RFC 6455 §4.2.1, §4.2.2: an error, for another version one that names ours (§4.4).
    [Theory]
    [InlineData("GET /", "POST /", RejectReason.HandshakeMethod)]
    [InlineData("Host: a", "Host: a\r\nContent-Length: 1", RejectReason.HandshakeBody)]
    [InlineData(": 13", ": 12", RejectReason.HandshakeVersion)]
    [InlineData(Key, "short", RejectReason.HandshakeKey)]
    public async Task HandshakeThatIsNone_IsRefusedAndTheAppIsNotCalled(string part, string replacement, object reason)
    {
        var run = new GatewayRun(Apps.Hello);
        run.Client.Send(Handshake.Replace(part, replacement, StringComparison.Ordinal) + "x");
        run.Client.End();
        string answer = await run.Client.ReadToEndAsync();
        await run.AssertGoneAsync();

        var expected = (RejectReason)reason;
        Assert.StartsWith($"HTTP/1.1 {expected.StatusCode()} ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + expected.Text(), answer, StringComparison.Ordinal);
        Assert.Contains(
            expected == RejectReason.HandshakeVersion ? "sec-websocket-version: 13\r\nupgrade: websocket\r\nconnection: upgrade, close\r\n" : "connection: close\r\n",
            answer,
            StringComparison.Ordinal);
        Assert.Equal(0, run.Calls);
        Assert.Equal(0, run.HeadsHeld);
    }

    // The head is not in the memory that it was read into.
    [Fact]
    public async Task TheScope_TellsTheSameAfterTheAccept()
    {
        (string, string?)? before = null;
        (string, string?)? after = null;
        ReadOnlyMemory<byte> kept = default;
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            var socket = (WebSocketScope)scope;
            await receive();
            before = (socket.Path, socket.Headers.GetValue("host"));
            kept = socket.Headers[0].Value;
            await send(new WebSocketAccept());
            after = (socket.Path, socket.Headers.GetValue("host"));
            await receive();
        });
        run.Client.Send(Handshake.Replace("GET /", "GET /%61?b", StringComparison.Ordinal));
        run.Client.Reset();
        await run.AssertGoneAsync();

        Assert.Equal(("/a", "a"), before);
        Assert.Equal(before, after);
        Assert.Equal("a"u8, kept.Span);
        Assert.Equal(0, run.HeadsHeld);
    }

    // RFC 9110 §7.8.
    [Theory]
    [InlineData("Upgrade: websocket\r\n", "Upgrade: h2c\r\n")]
    [InlineData("Connection: Upgrade\r\n", "")]
    [InlineData("Connection: Upgrade\r\n", "Connection: keep-alive\r\n")]
    [InlineData("Upgrade: websocket\r\n", "Upgrade: websockets, \"websocket\"\r\n")]
    public async Task RequestThatAsksForNoWebSocket_IsServedAndSoIsTheNext(string part, string replacement)
    {
        var run = new GatewayRun(Apps.Hello);
        run.Client.Send(Handshake.Replace(part, replacement, StringComparison.Ordinal) + Apps.Get);
        await run.Client.ExpectAsync(Apps.HelloAnswer + Apps.HelloAnswer);
        run.Client.End();
        await run.AssertGoneAsync();
    }

    // RFC 9110 §7.8: "A server MUST ignore an Upgrade header field that is received in an HTTP/1.0 request."
    [Fact]
    public async Task Http10_AsksForNoWebSocket()
    {
        var run = new GatewayRun(Apps.Hello);
        run.Client.Send(Handshake.Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal));
        Assert.Equal(Apps.LastHelloAnswer, await run.Client.ReadToEndAsync());
        run.Client.End();
        await run.AssertGoneAsync();
    }

    [Fact]
    public async Task WithNoEngine_TheRequestIsServedAsAnyOther()
    {
        var run = new GatewayRun(Apps.Hello, options => options.WebSocketEngine = WebSocketEngineKind.None);
        run.Client.Send(Handshake + Apps.Get);
        await run.Client.ExpectAsync(Apps.HelloAnswer + Apps.HelloAnswer);
        run.Client.End();
        await run.AssertGoneAsync();
    }

    [Fact]
    public void EngineOfTheSystem_IsRefusedHere()
    {
        var options = new HttpGatewayOptions();
        var exception = Assert.Throws<ArgumentException>(() => options.WebSocketEngine = WebSocketEngineKind.System);
        Assert.Contains("raw path", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.WebSocketEngine = (WebSocketEngineKind)7);
        Assert.Equal(WebSocketEngineKind.Perch, options.WebSocketEngine);
    }

    [Fact]
    public async Task CloseBeforeAccept_Is403AfterTheAnswersBefore()
    {
        GatewayEvent? last = null;
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            if (scope is HttpScope)
            {
                await Apps.Hello(scope, receive, send);
                return;
            }

            Assert.IsType<WebSocketConnect>(await receive());
            await send(new WebSocketClose(4000, "not shown"));
            last = await receive();
        });
        run.Client.Send(Apps.Get + Handshake);
        await run.Client.ExpectAsync(Apps.HelloAnswer + "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        run.Client.End();
        await run.AssertGoneAsync();
        Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(last).Code);
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task DenialResponse_IsStreamedAndTheConnectionsLast()
    {
        var goOn = new TaskCompletionSource();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            Assert.True(scope.Offers(ExtensionNames.DenialResponse));
            await send(new WebSocketHttpResponseStart(401, [("x", "1")]));
            await send(new WebSocketHttpResponseBody("no, "u8, moreBody: true));
            await goOn.Task;
            await send(new WebSocketHttpResponseBody("never"u8));
        });
        run.Client.Send(Handshake + Apps.Get);
        await run.Client.ExpectAsync("HTTP/1.1 401 Unauthorized\r\nx: 1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n4\r\nno, \r\n");
        goOn.SetResult();
        await run.Client.ExpectAsync("5\r\nnever\r\n0\r\n\r\n");
        run.Client.End();
        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Equal(1, run.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReturnOrThrowBeforeTheAnswer_Is500AndLoggedOnce(bool throws)
    {
        var run = new GatewayRun((_, _, _) => throws ? throw new InvalidOperationException("secret") : Task.CompletedTask);
        run.Client.Send(Handshake);
        run.Client.End();
        Assert.Equal(Apps.Text("500 Internal Server Error", "Internal Server Error"), await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Contains("WebSocket /: the app failed; the client gets 500", Assert.Single(run.Log.AboveDebug), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DenialThatIsNotEnded_IsCut()
    {
        var run = new GatewayRun(async (_, _, send) =>
        {
            await send(new WebSocketHttpResponseStart(401));
            await send(new WebSocketHttpResponseBody("part"u8, moreBody: true));
        });
        run.Client.Send(Handshake);
        await run.Served.Within("the end of the connection");
        Assert.NotNull(run.Client.Aborted);
        Assert.EndsWith("4\r\npart\r\n", run.Client.ReadNow(), StringComparison.Ordinal);
        await run.AssertGoneAsync();
        Assert.Single(run.Log.AboveDebug);
    }

    [Fact]
    public async Task ClientThatLeavesBeforeTheAnswer_IsToldToTheApp()
    {
        var seen = new List<GatewayEvent>();
        Exception? failure = null;
        bool fired = false;
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            scope.Disconnected.Register(() => fired = true);
            seen.Add(await receive());
            seen.Add(await receive());
            failure = await Record.ExceptionAsync(() => send(new WebSocketAccept()).AsTask());
        });
        run.Client.Send(Handshake);
        run.Client.Reset();
        await run.AssertGoneAsync();
        Assert.IsType<WebSocketConnect>(seen[0]);
        Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(seen[1]).Code);
        Assert.IsType<ClientDisconnectedException>(failure);
        Assert.True(fired);
        Assert.Empty(run.Log.AboveDebug);
    }
}
