namespace Perch.Http.WebSockets.Exchange;

/// <summary>A WebSocket that is open, whoever frames it. It does not judge the order of messages: <see cref="WebSocketExchange"/> does.</summary>
internal interface IWebSocketSession
{
    /// <summary>Completes when nothing more is read or written: both sides have closed, the time-out has passed, or the connection is lost.</summary>
    Task Ended { get; }

    /// <summary>The next message, or the disconnect, which comes again and again.</summary>
    /// <exception cref="GatewayProtocolException">Another call of it waits.</exception>
    ValueTask<GatewayEvent> ReceiveAsync();

    /// <summary>Sends a message. Calls that overlap keep their order, each message whole.</summary>
    /// <exception cref="ClientDisconnectedException">The WebSocket is closed, or the client has left.</exception>
    ValueTask SendAsync(WebSocketSend message);

    /// <summary>Sends a close frame, unless there was one. It completes when the frame has left; the client's answer is waited for by <see cref="Ended"/>.</summary>
    ValueTask CloseAsync(int code, string reason);
}
