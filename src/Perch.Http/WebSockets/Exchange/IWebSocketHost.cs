using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets.Exchange;

/// <summary>
/// What a host does for a <see cref="WebSocketExchange"/>: it answers the handshake in its own way, and logs. It may abort before there is a
/// session as well: what was answered is not whole.
/// </summary>
internal interface IWebSocketHost : IWebSocketConnection
{
    /// <summary>Cancelled when the connection is lost before the handshake is answered.</summary>
    CancellationToken ClientGone { get; }

    /// <summary>Bytes of an answer have been written.</summary>
    bool HasAnswered { get; }

    /// <summary>Accepts the handshake, and opens the session.</summary>
    /// <param name="accept">The app's event; the order of messages has checked it.</param>
    /// <exception cref="IOException">The client has left.</exception>
    ValueTask<IWebSocketSession> AcceptAsync(WebSocketAccept accept);

    /// <summary>Answers with an HTTP response, or goes on with it; the connection, or the stream, is at its end with it.</summary>
    /// <param name="head">The response's head, sent with the first part of the body.</param>
    /// <param name="body">Part of the body.</param>
    /// <param name="moreBody">Whether more of it follows.</param>
    /// <exception cref="IOException">The client has left.</exception>
    ValueTask DenyAsync(ResponseHead head, ReadOnlyMemory<byte> body, bool moreBody);

    /// <summary>The handshake has been answered: <c>accepted</c>, or <c>denied 403</c>.</summary>
    void OnAnswered(WebSocketScope scope, string answer);

    /// <summary>The app threw, or broke the protocol.</summary>
    void OnAppFailed(WebSocketScope scope, string outcome, Exception failure);

    /// <summary>The app was left by its client and let the exception through.</summary>
    void OnClientLeft(WebSocketScope scope);

    /// <summary>The WebSocket was failed for what the client did.</summary>
    void OnFault(WebSocketScope scope, WebSocketFault fault);

    /// <summary>The app's task has ended, and the session if there was one: the last call.</summary>
    ValueTask EndAsync();
}
