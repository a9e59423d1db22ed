using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets.Exchange;

/// <summary>A WebSocket that is open, whoever frames it. It does not judge the order of messages: <see cref="WebSocketExchange"/> does.</summary>
internal interface IWebSocketSession : IDisposable
{
    /// <summary>What the client did wrong; <see cref="WebSocketFault.None"/> if nothing.</summary>
    WebSocketFault Fault { get; }

    /// <summary>Whether it is over for the app: sends throw.</summary>
    bool IsDisconnected { get; }

    /// <summary>The next message; after the last the disconnect, again and again.</summary>
    /// <exception cref="GatewayProtocolException">Another call waits.</exception>
    ValueTask<GatewayEvent> ReceiveAsync();

    /// <summary>Sends a message whole and in the order of the calls; waits while the client does not read.</summary>
    /// <exception cref="ClientDisconnectedException">It is over.</exception>
    ValueTask SendAsync(WebSocketSend message);

    /// <summary>Has a source cancelled when it is over for the app, before <see cref="ReceiveAsync"/> says so. Called once at most.</summary>
    void CancelWhenDisconnected(CancellationTokenSource source);

    /// <summary>Sends a close frame after what was sent before, unless there was one. Never throws.</summary>
    /// <returns>When the frame is on its way; the client's answer is waited for by <see cref="EndAsync"/>.</returns>
    ValueTask CloseAsync(int code, string reason = "");

    /// <summary>
    /// The app's task has ended: closes, unless a side has, and waits until both have, the close time-out has passed, or the connection is lost.
    /// </summary>
    Task EndAsync(int code);
}
