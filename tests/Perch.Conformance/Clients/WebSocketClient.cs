using System.Net;
using System.Net.WebSockets;
using System.Text;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Clients;

/// <summary>A <see cref="ClientWebSocket"/> on a connection of its own.</summary>
internal sealed class WebSocketClient : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(HttpProtocolExtensions.CreateHandler());
    private readonly WebSocketTransport _transport;

    internal WebSocketClient(WebSocketTransport transport)
    {
        _transport = transport;
        Socket.Options.CollectHttpResponseDetails = true;
        Socket.Options.KeepAliveInterval = TimeSpan.Zero;
        Socket.Options.HttpVersion = IsHttp2 ? HttpVersion.Version20 : HttpVersion.Version11;
        Socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }

    internal ClientWebSocket Socket { get; } = new();

    private bool IsHttp2 => _transport is WebSocketTransport.Http2 or WebSocketTransport.Http2Tls;

    private bool IsTls => _transport is WebSocketTransport.Http1Tls or WebSocketTransport.Http2Tls;

    /// <summary>Opens a WebSocket.</summary>
    internal static async Task<WebSocketClient> ConnectAsync(ConformanceProcess app, WebSocketTransport transport, string target)
    {
        var client = new WebSocketClient(transport);
        await client.ConnectAsync(app, target);
        return client;
    }

    internal Task ConnectAsync(ConformanceProcess app, string target)
    {
        var address = new Uri(IsTls ? $"wss://127.0.0.1:{app.HttpsPort}{target}" : $"ws://127.0.0.1:{app.Port}{target}");
        return Wait.For(Socket.ConnectAsync(address, _invoker, CancellationToken.None), $"the answer to the handshake for {target}");
    }

    internal Task SendAsync(string text) => SendAsync(WebSocketMessageType.Text, Encoding.UTF8.GetBytes(text));

    internal Task SendAsync(WebSocketMessageType type, ReadOnlyMemory<byte> message, bool end = true) =>
        Wait.For(Socket.SendAsync(message, type, end, CancellationToken.None).AsTask(), "a message to leave");

    /// <summary>The next message as text.</summary>
    internal async Task<string> ReceiveTextAsync()
    {
        (WebSocketMessageType type, byte[] message) = await ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Text, type);
        return Encoding.UTF8.GetString(message);
    }

    /// <summary>The next message, or the close.</summary>
    internal async Task<(WebSocketMessageType Type, byte[] Message)> ReceiveAsync()
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            WebSocketReceiveResult part = await Wait.For(Socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None), "a message");
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return (part.MessageType, message.ToArray());
            }
        }
    }

    /// <summary>Waits for the server's close, and answers it.</summary>
    internal async Task<(int Code, string Reason)> ReceiveCloseAsync()
    {
        Assert.Equal(WebSocketMessageType.Close, (await ReceiveAsync()).Type);
        if (Socket.State == WebSocketState.CloseReceived)
        {
            await Wait.For(Socket.CloseOutputAsync(Socket.CloseStatus!.Value, null, CancellationToken.None), "the close's answer to leave");
        }

        return ((int)Socket.CloseStatus!.Value, Socket.CloseStatusDescription ?? "");
    }

    /// <summary>Closes, and waits for the server's answer.</summary>
    internal Task CloseAsync(int code = 1000, string? reason = null) =>
        Wait.For(Socket.CloseAsync((WebSocketCloseStatus)code, reason, CancellationToken.None), "the server's answer to a close");

    public void Dispose()
    {
        Socket.Dispose();
        _invoker.Dispose();
    }
}
