using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Perch.AspNetCore.Tests.Support;
using Perch.Http;

namespace Perch.AspNetCore.Tests.WebSockets;

public abstract class LostClientTests(WebSocketEngineKind engine) : WebSocketTests(engine)
{
    public sealed class OnPerch() : LostClientTests(WebSocketEngineKind.Perch);

    public sealed class OnSystem() : LostClientTests(WebSocketEngineKind.System);

    [Fact]
    public async Task After_each_byte_of_the_handshake_nothing_is_left()
    {
        string handshake = RawWebSocket.Handshake();
        await using TestServer server = await StartAsync(Echo());
        for (int count = 0; count <= handshake.Length; count++)
        {
            RawClient client = await server.ConnectAsync();
            await client.SendAsync(handshake[..count]);
            client.Reset();
        }

        await AssertNothingLeftAsync(server);
    }

    [Fact]
    public async Task After_each_byte_of_a_message_the_app_is_told()
    {
        byte[] message = [.. RawWebSocket.Frame(2, new byte[4], final: false), .. RawWebSocket.Frame(0, new byte[200])];
        var ends = new List<WebSocketDisconnect>();
        await using TestServer server = await StartAsync(Echo(ends));
        for (int count = 0; count <= message.Length; count += count < 25 || count > 200 ? 1 : 25)
        {
            using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
            await socket.Client.SendAsync(message[..count]);
            socket.Client.Reset();
            await server.IdleAsync();
            Assert.Equal(1006, ends[^1].Code);
        }

        await AssertNothingLeftAsync(server);
    }

    [Fact]
    public async Task A_send_to_a_lost_client_throws()
    {
        var seen = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, _, send) =>
        {
            await send(new WebSocketAccept());
            try
            {
                while (true)
                {
                    await send(new WebSocketSend(new byte[10_000]));
                }
            }
            catch (Exception exception)
            {
                seen.SetResult(exception);
                throw;
            }
        }));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        socket.Client.Reset();
        Assert.IsType<ClientDisconnectedException>(await seen.Task.For("the exception out of send"));
        await AssertNothingLeftAsync(server);
    }

    [Theory]
    [InlineData("accept")]
    [InlineData("close")]
    [InlineData("deny")]
    [InlineData("return")]
    [InlineData("throw")]
    public async Task An_answer_to_a_client_that_is_gone_harms_nobody(string answer)
    {
        var called = new TaskCompletionSource();
        await using TestServer server = await StartAsync(Apps.WebSocket(async (ws, receive, send) =>
        {
            var gone = new TaskCompletionSource();
            ws.Disconnected.Register(gone.SetResult);
            await receive();
            called.SetResult();
            await gone.Task;
            switch (answer)
            {
                case "accept":
                    await send(new WebSocketAccept());
                    await send(new WebSocketSend("x"));
                    break;
                case "close":
                    await send(new WebSocketClose());
                    break;
                case "deny":
                    await send(new WebSocketHttpResponseStart(401));
                    await send(new WebSocketHttpResponseBody("no"u8));
                    break;
                case "throw":
                    throw new ClientDisconnectedException();
            }
        }));
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake());
        await called.Task.For("the app's call");
        client.Reset();
        await AssertNothingLeftAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_lost_in_the_closing_handshake_harms_nobody(bool appReceives)
    {
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, receive, send) =>
        {
            await send(new WebSocketAccept());
            await send(new WebSocketClose());
            if (appReceives)
            {
                await receive();
                await receive();
            }
        }));
        RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        await socket.ReadCloseAsync();
        socket.Client.Reset();
        await AssertNothingLeftAsync(server);
    }

    [Fact]
    public async Task A_token_is_cancelled_when_the_client_is_lost()
    {
        var cancelled = new TaskCompletionSource();
        await using TestServer server = await StartAsync(Apps.WebSocket(async (ws, _, send) =>
        {
            ws.Disconnected.Register(cancelled.SetResult);
            await send(new WebSocketAccept());
            await Task.Delay(Timeout.Infinite, ws.Disconnected);
        }));
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        socket.Client.Reset();
        await cancelled.Task.For("scope.Disconnected");
        await AssertNothingLeftAsync(server);
    }

    [Fact]
    public async Task An_accept_on_a_response_that_was_aborted_finds_the_client_gone()
    {
        var seen = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            web =>
            {
                web.Use((context, next) =>
                {
                    context.Features.Set<IHttpUpgradeFeature>(new AbortedUpgrade(context));
                    return next(context);
                });
                web.UseGateway(Apps.WebSocket(async (_, _, send) => seen.SetResult(await Record.ExceptionAsync(() => send(new WebSocketAccept()).AsTask()))));
            },
            new() { Gateway = gateway => gateway.WebSocketEngine = Engine });
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake());
        Assert.IsType<ObjectDisposedException>(Assert.IsType<ClientDisconnectedException>(await seen.Task.For("the end of the accept")).InnerException);
        await AssertNothingLeftAsync(server);
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Id.Name == "HandshakeRefused");
    }

    private static GatewayApp Echo(List<WebSocketDisconnect>? ends = null) => Apps.WebSocket(async (_, receive, send) =>
    {
        await receive();
        await send(new WebSocketAccept());
        while (true)
        {
            GatewayEvent message = await receive();
            if (message is WebSocketDisconnect disconnect)
            {
                ends?.Add(disconnect);
                return;
            }
        }
    });

    private static async Task AssertNothingLeftAsync(TestServer server)
    {
        await server.IdleAsync();
        await server.Web.StopAsync().For("the server's stop");
        Assert.Equal(0, server.Host.Running);
        Assert.Empty(server.Logs.AboveDebug);
    }

    /// <summary>The connection is aborted while it is upgraded.</summary>
    private sealed class AbortedUpgrade(HttpContext context) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => true;

        public Task<Stream> UpgradeAsync()
        {
            context.Abort();
            throw new ObjectDisposedException("response");
        }
    }
}
