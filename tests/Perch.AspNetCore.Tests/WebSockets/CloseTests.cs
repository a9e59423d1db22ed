using System.Diagnostics;
using System.Net.WebSockets;
using Perch.AspNetCore.Tests.Support;
using Perch.Http;

namespace Perch.AspNetCore.Tests.WebSockets;

public abstract class CloseTests(WebSocketEngineKind engine) : WebSocketTests(engine)
{
    public sealed class OnPerch() : CloseTests(WebSocketEngineKind.Perch);

    public sealed class OnSystem() : CloseTests(WebSocketEngineKind.System);

    [Theory]
    [InlineData(1000, "")]
    [InlineData(1001, "going away")]
    [InlineData(1011, "é")]
    [InlineData(4999, "own")]
    public async Task The_apps_close_arrives_with_code_and_reason(int code, string reason)
    {
        var seen = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(Accepting(async (receive, send) =>
        {
            await send(new WebSocketClose(code, reason));
            seen.SetResult(await receive());
        }));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        Assert.Equal((code, reason), await socket.ReadCloseAsync());
        await socket.SendCloseAsync(code);
        Assert.Equal(code, Assert.IsType<WebSocketDisconnect>(await seen.Task.For("the disconnect")).Code);
        Assert.Equal(0, (await socket.Client.ReadToEndAsync()).Length - socket.Client.Received.Length);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Theory]
    [InlineData(1000, "")]
    [InlineData(1001, "tab closed")]
    [InlineData(3456, "é")]
    [InlineData(null, "")]
    public async Task The_clients_close_is_told_to_the_app_and_answered(int? code, string reason)
    {
        var seen = new TaskCompletionSource<WebSocketDisconnect>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(Apps.WebSocket(async (ws, receive, send) =>
        {
            CancellationToken disconnected = ws.Disconnected;
            await receive();
            await send(new WebSocketAccept());
            var first = (WebSocketDisconnect)await receive();
            Assert.Same(first, await receive());
            Assert.True(disconnected.IsCancellationRequested);
            await Assert.ThrowsAsync<ClientDisconnectedException>(() => send(new WebSocketSend("x")).AsTask());
            seen.SetResult(first);
        }));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        if (code is { } given)
        {
            await socket.SendCloseAsync(given, reason);
        }
        else
        {
            await socket.SendAsync(8, []);
        }

        // .NET's WebSocket makes 1000 of a close without a code (1005 in RFC 6455 §7.1.5): it cannot be told apart.
        Assert.Equal(code ?? (IsPerch ? 1005 : 1000), (await socket.ReadCloseAsync()).Code);
        WebSocketDisconnect last = await seen.Task.For("the disconnect");
        Assert.Equal((code ?? (IsPerch ? 1005 : 1000), reason), (last.Code, last.Reason));
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task Return_after_accept_closes_with_1000()
    {
        await using TestServer server = await StartAsync(Accepting((_, _) => Task.CompletedTask));
        using ClientWebSocket socket = await server.OpenWebSocketAsync();
        WebSocketReceiveResult result = await socket.ReceiveAsync(new byte[10], CancellationToken.None).For("the close");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, result.CloseStatus);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task Throw_after_accept_closes_with_1011_and_is_logged_once()
    {
        await using TestServer server = await StartAsync(Accepting((_, _) => throw new InvalidOperationException("secret")));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        Assert.Equal((1011, ""), await socket.ReadCloseAsync());
        await socket.SendCloseAsync(1011);
        await server.IdleAsync();
        Assert.Contains("1011", Assert.Single(server.Logs.AboveDebug).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_answer_the_close_is_cut_after_the_timeout()
    {
        await using TestServer server = await StartAsync(
            Accepting((_, _) => Task.CompletedTask), new() { Gateway = options => options.WebSockets.CloseTimeout = TimeSpan.FromSeconds(2) });
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        var clock = Stopwatch.StartNew();
        Assert.Equal(1000, (await socket.ReadCloseAsync()).Code);
        await socket.Client.ReadToEndAsync();

        // Less than the default of 10 s.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 9);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task A_client_that_never_answers_a_ping_is_lost()
    {
        var seen = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(
            Accepting(async (receive, _) => seen.SetResult(await receive())),
            new()
            {
                Gateway = options =>
                {
                    options.WebSockets.PingInterval = TimeSpan.FromMilliseconds(100);
                    options.WebSockets.PingTimeout = TimeSpan.FromSeconds(2);
                },
            });
        var clock = Stopwatch.StartNew();
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        Assert.Equal(9, (await socket.ReadAsync()).Opcode);
        Assert.Equal(IsPerch ? 1011 : 1006, Assert.IsType<WebSocketDisconnect>(await seen.Task.For("the disconnect")).Code);

        // Less than either default, of 20 s.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
        await socket.Client.ReadToEndAsync();
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_servers_stop_closes_with_1012_promptly(bool appReceives)
    {
        await using TestServer server = await StartAsync(Accepting(async (receive, send) =>
        {
            if (appReceives)
            {
                Assert.Equal(1012, Assert.IsType<WebSocketDisconnect>(await receive()).Code);
            }
            else
            {
                while (true)
                {
                    await send(new WebSocketSend("tick"));
                    await Task.Delay(1);
                }
            }
        }));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        var clock = Stopwatch.StartNew();
        Task stop = server.Web.StopAsync();
        Assert.Equal(1012, (await socket.ReadCloseAsync()).Code);
        await socket.SendCloseAsync(1012);
        await stop.For("the server's stop");

        // Less than the host's own patience of 30 s, after which it aborts.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        Assert.Equal(0, server.Host.Running);
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_servers_stop_does_not_wait_for_a_client_that_is_deaf(bool stuckInSend)
    {
        var stuck = new TaskCompletionSource();
        await using TestServer server = await StartAsync(
            Accepting(async (receive, send) =>
            {
                if (!stuckInSend)
                {
                    stuck.SetResult();
                    await receive();
                    return;
                }

                var message = new WebSocketSend(new byte[1_000_000]);
                while (true)
                {
                    Task sending = send(message).AsTask();
                    if (await Task.WhenAny(sending, Task.Delay(500)) != sending)
                    {
                        stuck.TrySetResult();
                    }

                    await sending;
                }
            }),
            new() { Gateway = options => options.WebSockets.CloseTimeout = TimeSpan.FromMilliseconds(300) });
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        await stuck.Task.For("a send() that waits");
        var clock = Stopwatch.StartNew();
        await server.Web.StopAsync().For("the server's stop");

        // Less than the default of 10 s.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 9);
        Assert.Equal(0, server.Host.Running);
        Assert.Empty(server.Logs.AboveDebug);
    }

    private static GatewayApp Accepting(Func<Receive, Send, Task> then) => Apps.WebSocket(async (_, receive, send) =>
    {
        await receive();
        await send(new WebSocketAccept());
        await then(receive, send);
    });
}
