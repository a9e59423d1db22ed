using System.Text;
using Perch.Http.Tests.WebSockets;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.Connections;

/// <summary>A connection of the raw path that has become a WebSocket.</summary>
public class WebSocketTests
{
    private const string Accepted =
        "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    [Fact]
    public async Task MessagesBehindTheHandshake_AreTheWebSockets()
    {
        var run = new GatewayRun(EchoAsync);
        run.Client.Send([.. Encoding.ASCII.GetBytes(WebSocketHandshakeTests.Handshake), .. Frames.Client(Opcode.Text, "one"u8), .. Frames.Client(Opcode.Binary, "two"u8)]);
        await run.Client.ExpectAsync(Accepted + Latin1(Frames.Server(Opcode.Text, "one"u8)) + Latin1(Frames.Server(Opcode.Binary, "two"u8)));
        run.Client.Send(Frames.Close(1000, "bye"));
        await run.Client.ExpectAsync(Latin1(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000))));
        Assert.Equal("", await run.Client.ReadToEndAsync());
        run.Client.End();
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task Accept_HasTheSubprotocolAndTheAppsFields()
    {
        var run = new GatewayRun(
            async (scope, receive, send) =>
            {
                var webSocket = Assert.IsType<WebSocketScope>(scope);
                Assert.Equal(("ws", "1.1", "/"), (webSocket.Scheme, webSocket.HttpVersion, webSocket.Path));
                Assert.Equal(["a", "b"], webSocket.Subprotocols);
                await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketAccept("c")).AsTask());
                await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new WebSocketAccept("a", [("Sec-WebSocket-Extensions", "x")])).AsTask());
                await send(new WebSocketAccept("b", [("x", "1"), ("x", "2"), ("server", "mine")]));
            },
            options => options.ServerHeader = true);
        run.Client.Send(WebSocketHandshakeTests.Handshake.Replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: a, b\r\n\r\n", StringComparison.Ordinal));
        await run.Client.ExpectAsync(
            Accepted[..^2] + "sec-websocket-protocol: b\r\nx: 1\r\nx: 2\r\nserver: mine\r\n\r\n"
            + Latin1(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000))));
        run.Client.Reset();
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task TimeOutsOfHttp_AreNoneOfAWebSockets()
    {
        var run = new GatewayRun(EchoAsync, options =>
        {
            options.WebSockets.PingInterval = TimeSpan.Zero;
            options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(1);
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
        });
        run.Client.Send(WebSocketHandshakeTests.Handshake);
        await run.Client.ExpectAsync(Accepted);
        run.Time.Advance(3600);
        run.Client.Send(Frames.Client(Opcode.Text, "still there"u8));
        await run.Client.ExpectAsync(Latin1(Frames.Server(Opcode.Text, "still there"u8)));
        run.Client.Reset();
        await AssertNothingIsLeftAsync(run);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServersStop_ClosesWith1012(bool ofTheHost)
    {
        GatewayEvent? last = null;
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await send(new WebSocketAccept());
            await receive();
            last = await receive();
        });
        run.Client.Send(WebSocketHandshakeTests.Handshake);
        await run.Client.ExpectAsync(Accepted);
        if (ofTheHost)
        {
            run.Client.RequestClose();
        }
        else
        {
            run.Gateway.Stop();
        }

        await run.Client.ExpectAsync(Latin1(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1012))));
        run.Client.Send(Frames.Close(1012));
        await run.Served.Within("the end of the connection");
        Assert.Equal(1012, Assert.IsType<WebSocketDisconnect>(last).Code);
        run.Client.End();
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task ServersStopBeforeTheAnswer_ClosesWhatIsAcceptedThen()
    {
        var goOn = new TaskCompletionSource();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await goOn.Task;
            await send(new WebSocketAccept());
            await Assert.ThrowsAsync<ClientDisconnectedException>(() => send(new WebSocketSend("late")).AsTask());
        });
        run.Client.Send(WebSocketHandshakeTests.Handshake);
        run.Gateway.Stop();
        goOn.SetResult();
        await run.Client.ExpectAsync(Accepted + Latin1(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1012))));
        run.Client.Send(Frames.Close(1012));
        run.Client.End();
        await AssertNothingIsLeftAsync(run);
    }

    // RFC 6455 §7.1.1: the server closes the connection; an app that takes its time does not keep it open.
    [Fact]
    public async Task ConnectionEndsWithTheCloses_AndNotWithTheApp()
    {
        var goOn = new TaskCompletionSource();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await send(new WebSocketAccept());
            await goOn.Task;
        });
        run.Client.Send(WebSocketHandshakeTests.Handshake);
        await run.Client.ExpectAsync(Accepted);
        run.Client.Send(Frames.Close(1000));
        Assert.Equal(Latin1(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000))), await run.Client.ReadToEndAsync());
        Assert.Equal(1, run.Running);
        run.Client.End();
        goOn.SetResult();
        await AssertNothingIsLeftAsync(run);

        // A writer over a stream must not be completed by two threads.
        Assert.Equal(1, run.Client.Completions);
    }

    [Theory]
    [InlineData("AppFailed", 1011)]
    [InlineData("WebSocketFailed", 1002)]
    public async Task LogThatThrows_LeavesNoSessionOpen(string fails, int code)
    {
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await send(new WebSocketAccept());
            await receive();
            await receive();
            throw new InvalidOperationException("The app fails.");
        });
        run.Log.Fails = fails;
        run.Client.Send([.. Encoding.ASCII.GetBytes(WebSocketHandshakeTests.Handshake), .. code == 1011 ? Frames.Client(Opcode.Text, "one"u8) : Frames.Server(Opcode.Text, "not masked"u8)]);
        string reason = code == 1011 ? "" : "A frame is not masked.";
        await run.Client.ExpectAsync(Accepted + Latin1(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(code, reason))));
        run.Client.Send(Frames.Close(code));
        run.Client.End();
        await AssertNothingIsLeftAsync(run, logsAllowed: true);
        Assert.Contains(run.Log.All, line => line.Contains("an error of Perch", StringComparison.Ordinal) && line.Contains("The log fails.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fault_IsLoggedAndCounted()
    {
        var run = new GatewayRun(EchoAsync);
        run.Client.Send([.. Encoding.ASCII.GetBytes(WebSocketHandshakeTests.Handshake), .. Frames.Server(Opcode.Text, "not masked"u8)]);
        await run.Client.ExpectAsync(Accepted + Latin1(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1002, "A frame is not masked."))));
        run.Client.End();
        await AssertNothingIsLeftAsync(run);
        Assert.Equal("not_masked 1", run.Rejections.Text);
        Assert.Contains(run.Log.All, line => line.Contains("1002", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ClientThatIsGoneAfterAnyByte_LeavesNothing()
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(WebSocketHandshakeTests.Handshake), .. Frames.Part(Opcode.Text, "one"u8), .. Frames.Client(Opcode.Continuation, "two"u8), .. Frames.Close(1000)];
        foreach (GatewayApp app in new GatewayApp[] { EchoAsync, DeafAsync, DenyingAsync, (_, _, _) => Task.CompletedTask })
        {
            for (int cut = 0; cut <= bytes.Length; cut += cut < 150 ? 20 : 1)
            {
                foreach (bool resets in new[] { false, true })
                {
                    var run = new GatewayRun(app);
                    run.Client.Send(bytes.AsSpan(0, cut));
                    if (resets)
                    {
                        run.Client.Reset();
                    }
                    else
                    {
                        run.Client.End();
                    }

                    await AssertNothingIsLeftAsync(run, logsAllowed: true);
                }
            }
        }
    }

    private static async Task EchoAsync(Scope scope, Receive receive, Send send)
    {
        await receive();
        await send(new WebSocketAccept());
        while (await receive() is WebSocketReceive message)
        {
            await send(WebSocketSend.Echo(message));
        }
    }

    /// <summary>Waits for nothing but its token.</summary>
    private static async Task DeafAsync(Scope scope, Receive receive, Send send)
    {
        var left = new TaskCompletionSource();
        await send(new WebSocketAccept());
        scope.Disconnected.Register(left.SetResult);
        await left.Task;
    }

    private static async Task DenyingAsync(Scope scope, Receive receive, Send send)
    {
        await receive();
        await send(new WebSocketClose());
    }

    private static async Task AssertNothingIsLeftAsync(GatewayRun run, bool logsAllowed = false)
    {
        await run.AssertGoneAsync();
        run.Client.Close();
        Assert.Equal(0, run.HeadsHeld);
        Assert.Equal(0, run.Client.Pool.Rented);
        if (!logsAllowed)
        {
            Assert.Empty(run.Log.AboveDebug);
        }
    }

    private static string Latin1(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
