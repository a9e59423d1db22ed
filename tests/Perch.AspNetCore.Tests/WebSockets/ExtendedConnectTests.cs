using System.Net;
using System.Net.WebSockets;
using System.Text;
using Perch.AspNetCore.Tests.Support;
using Perch.Http;

namespace Perch.AspNetCore.Tests.WebSockets;

/// <summary>RFC 8441: WebSockets over HTTP/2.</summary>
public abstract class ExtendedConnectTests(WebSocketEngineKind engine) : WebSocketTests(engine)
{
    public sealed class OnPerch() : ExtendedConnectTests(WebSocketEngineKind.Perch);

    public sealed class OnSystem() : ExtendedConnectTests(WebSocketEngineKind.System);

    [Fact]
    public async Task A_WebSocket_over_HTTP_2_goes_both_ways()
    {
        WebSocketScope? seen = null;
        await using TestServer server = await StartAsync(Apps.WebSocket(async (ws, receive, send) =>
        {
            seen = ws.Detach();
            await receive();
            await send(new WebSocketAccept("two"));
            await send(WebSocketSend.Echo((WebSocketReceive)await receive()));
            var end = (WebSocketDisconnect)await receive();
            Assert.Equal((1001, "bye"), (end.Code, end.Reason));
        }));
        using ClientWebSocket socket = await ConnectAsync(server, "/p?q", "one", "two");
        Assert.Equal("two", socket.SubProtocol);
        await socket.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        byte[] buffer = new byte[100];
        ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).For("the echo");
        Assert.Equal("hi", Encoding.UTF8.GetString(buffer, 0, result.Count));
        await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "bye", CancellationToken.None).For("the close");
        Assert.Equal(("2", "ws", "/p"), (seen!.HttpVersion, seen.Scheme, seen.Path));
        Assert.Equal(["one", "two"], seen.Subprotocols);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Theory]
    [InlineData("close", 403)]
    [InlineData("deny", 401)]
    [InlineData("throw", 500)]
    public async Task A_WebSocket_over_HTTP_2_is_refused_with_a_status(string answer, int status)
    {
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, _, send) =>
        {
            switch (answer)
            {
                case "close":
                    await send(new WebSocketClose());
                    break;
                case "deny":
                    await send(new WebSocketHttpResponseStart(401));
                    await send(new WebSocketHttpResponseBody("no"u8));
                    break;
                default:
                    throw new InvalidOperationException();
            }
        }));
        WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server, "/"));
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), refused.ToString(), StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Equal(answer == "throw" ? 1 : 0, server.Logs.AboveDebug.Count);
    }

    [Fact]
    public async Task A_handshake_of_another_version_is_refused_silently()
    {
        await using TestServer server = await StartAsync(Apps.WebSocket((_, _, _) => throw new InvalidOperationException("The app was called.")));
        using var request = new HttpRequestMessage(HttpMethod.Connect, "/a%0Ab") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "websocket";
        request.Headers.Add("sec-websocket-version", "12");
        using HttpResponseMessage response = await server.Http2.SendAsync(request).For("the refusal");
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Equal("13", response.Headers.GetValues("sec-websocket-version").Single());
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
        LogEntry refused = Assert.Single(server.Logs.Entries, entry => entry.Id.Name == "HandshakeRefused");
        Assert.StartsWith("/a%0Ab: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_stream_is_a_lost_client()
    {
        var seen = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, receive, send) =>
        {
            await receive();
            await send(new WebSocketAccept());
            seen.SetResult(await receive());
        }));
        ClientWebSocket socket = await ConnectAsync(server, "/");
        socket.Abort();
        socket.Dispose();
        Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(await seen.Task.For("the disconnect")).Code);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestServer server, string path, params string[] subprotocols)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        foreach (string subprotocol in subprotocols)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        // The invoker's connections are the test's own.
        await socket.ConnectAsync(server.Url(path, "ws"), new HttpMessageInvoker(new SocketsHttpHandler()), CancellationToken.None).For("the WebSocket's handshake");
        return socket;
    }
}
