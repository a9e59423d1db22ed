using System.Net.WebSockets;
using System.Text;
using Perch.Python.Tests.Support;

namespace Perch.Python.Tests.Apps;

/// <summary>WebSockets of a raw ASGI app.</summary>
public sealed class WebSocketTests : IAsyncLifetime
{
    private PythonServer? _server;

    private PythonServer Server => _server!;

    public async Task InitializeAsync()
    {
        if (PythonInterpreters.WhyMissing is null)
        {
            _server = await PythonServer.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }

    [PythonFact]
    public async Task Echo_KeepsTextAndBinaryAndOrder()
    {
        using ClientWebSocket socket = await Server.OpenWebSocketAsync("/echo", options =>
        {
            options.AddSubProtocol("chat");
            options.CollectHttpResponseDetails = true;
        });
        Assert.Equal("chat", socket.SubProtocol);
        Assert.Equal("1", socket.HttpResponseHeaders!["x-extra"].Single());
        for (int i = 0; i < 100; i++)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes($"grüße \U0001F40D {i}"), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.SendAsync(new byte[] { (byte)i, 0, 255 }, WebSocketMessageType.Binary, true, CancellationToken.None);
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal((WebSocketMessageType.Text, $"grüße \U0001F40D {i}"), await ReceiveAsync(socket, Encoding.UTF8.GetString));
            Assert.Equal((WebSocketMessageType.Binary, $"{i:X2}00FF"), await ReceiveAsync(socket, Convert.ToHexString));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None).Within("the close handshake");
        Assert.Equal("""[1000, "bye"]""", await Server.SeenAsync("disconnect"));
        Assert.Empty(Server.Logs.Errors);
    }

    [PythonFact]
    public async Task LargeMessages_PassBothWays()
    {
        using ClientWebSocket socket = await Server.OpenWebSocketAsync("/echo");
        byte[] message = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)i)];
        for (int i = 0; i < 2; i++)
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None).Within("the message out");
            byte[] echo = new byte[message.Length + 1];
            int length = 0;
            while (true)
            {
                ValueWebSocketReceiveResult part = await socket.ReceiveAsync(echo.AsMemory(length), CancellationToken.None).AsTask().Within("the echo");
                length += part.Count;
                if (part.EndOfMessage)
                {
                    break;
                }
            }

            Assert.True(message.AsSpan().SequenceEqual(echo.AsSpan(0, length)));
        }
    }

    [PythonFact]
    public async Task Deny_Is403()
    {
        var exception = await Assert.ThrowsAsync<WebSocketException>(() => Server.OpenWebSocketAsync("/deny"));
        Assert.Contains("403", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task DenialResponse_IsTheApps()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/deny-response");
        foreach ((string name, string value) in new[] { ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==") })
        {
            request.Headers.Add(name, value);
        }

        using HttpResponseMessage response = await Server.Client.SendAsync(request);
        Assert.Equal(401, (int)response.StatusCode);
        Assert.Equal("yes", response.Headers.GetValues("x-deny").Single());
        Assert.Equal("denied", await response.Content.ReadAsStringAsync());
    }

    [PythonFact]
    public async Task Close_HasTheAppsCodeAndReason()
    {
        using ClientWebSocket socket = await Server.OpenWebSocketAsync("/close");
        await CloseOfAsync(socket);
        Assert.Equal((4001, "grüße"), ((int)socket.CloseStatus!, socket.CloseStatusDescription));
    }

    [PythonFact]
    public async Task TextThatIsNone_RaisesInTheAppAndOneOfASubclassIsSent()
    {
        using ClientWebSocket socket = await Server.OpenWebSocketAsync("/texts");
        (_, string text) = await ReceiveAsync(socket, Encoding.UTF8.GetString);
        Assert.Equal("""["the text must be str, not NoneType", "the text must be str, not int", "the text must be str, not bytes"]""", text);
    }

    [PythonFact]
    public async Task CloseCodeThatCannotBeSent_RaisesInTheApp()
    {
        int worker = Server.App.ProcessIds.Single();
        using ClientWebSocket socket = await Server.OpenWebSocketAsync("/close-wrongly");
        (_, string text) = await ReceiveAsync(socket, Encoding.UTF8.GetString);
        Assert.Equal("""["The code 1099511627776 cannot be sent (RFC 6455, 7.4).", "The code 0 cannot be sent (RFC 6455, 7.4).", "The code 1005 cannot be sent (RFC 6455, 7.4).", "The code 2000 cannot be sent (RFC 6455, 7.4)."]""", text);
        Assert.Equal(worker, Server.App.ProcessIds.Single());
    }

    [PythonFact]
    public async Task AppFails_Is1011()
    {
        using ClientWebSocket socket = await Server.OpenWebSocketAsync("/fail");
        await CloseOfAsync(socket);
        Assert.Equal(1011, (int)socket.CloseStatus!);
        Assert.Contains("a detail of the socket", Assert.Single(Server.Logs.Errors), StringComparison.Ordinal);
    }

    /// <summary>The client of the call is there: what another has left behind is the app's to catch.</summary>
    [PythonFact]
    public async Task SendToAnotherClientThatHasLeft_IsAFailureOfTheApp()
    {
        ClientWebSocket first = await Server.OpenWebSocketAsync("/member");
        Assert.Equal("here", await Server.SeenAsync("member"));
        first.Dispose();
        await Eventually.True(() => Server.SeenAsync("member").Result == "gone", "that the first has left");
        using ClientWebSocket second = await Server.OpenWebSocketAsync("/member");
        await CloseOfAsync(second);
        Assert.Equal(1011, (int)second.CloseStatus!);
        Assert.Contains("ClientDisconnected", Assert.Single(Server.Logs.Errors), StringComparison.Ordinal);
        Assert.Contains("in ws_member", Assert.Single(Server.Logs.Errors), StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task WorkerDies_Is1011AndTheNextOneServes()
    {
        using ClientWebSocket socket = await Server.OpenWebSocketAsync("/die");
        await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, CancellationToken.None);
        await CloseOfAsync(socket);
        Assert.Equal(1011, (int)socket.CloseStatus!);
        Assert.Equal("Hello, World!", await Server.GetAsync("/"));
    }

    [PythonFact]
    public async Task WorkerDiesBehindTheClientsLeave_EndsTheCall()
    {
        using (ClientWebSocket socket = await Server.OpenWebSocketAsync("/die-when-left"))
        {
            socket.Abort();
        }

        await Server.Logs.Contains("died: exit status 7");

        // The host waits for its calls.
        await Server.Web.StopAsync(CancellationToken.None).Within("the host's stop");
        Assert.DoesNotContain(Server.Logs.Entries, entry => entry.Contains("failed to close gracefully", StringComparison.Ordinal));
    }

    [PythonFact]
    public async Task ClientLeavesAnAppThatOnlySends_RaisesAnOSErrorThere()
    {
        using (ClientWebSocket socket = await Server.OpenWebSocketAsync("/endless"))
        {
            await ReceiveAsync(socket, Encoding.UTF8.GetString);
            socket.Abort();
        }

        Assert.Equal("""["ClientDisconnected", "websocket.disconnect"]""", await Server.SeenAsync("ws_endless"));
    }

    [PythonFact]
    public async Task Reload_ClosesWebSocketsOfTheOldWorkerWith1012()
    {
        using ClientWebSocket socket = await Server.OpenWebSocketAsync("/echo");
        int old = Server.App.ProcessIds.Single();
        await Server.App.ReloadAsync().Within("the reload");
        Assert.NotEqual(old, Server.App.ProcessIds.Single());
        await CloseOfAsync(socket);
        Assert.Equal(1012, (int)socket.CloseStatus!);
    }

    private static async Task<(WebSocketMessageType Type, string Text)> ReceiveAsync(ClientWebSocket socket, Func<byte[], string> decode)
    {
        byte[] buffer = new byte[65536];
        WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, CancellationToken.None).Within("a message");
        return (result.MessageType, decode(buffer[..result.Count]));
    }

    private static async Task CloseOfAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[65536];
        while ((await socket.ReceiveAsync(buffer, CancellationToken.None).Within("the close")).MessageType != WebSocketMessageType.Close)
        {
        }
    }
}
