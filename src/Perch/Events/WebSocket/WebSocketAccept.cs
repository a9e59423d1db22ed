namespace Perch;

/// <summary>The app accepts the WebSocket: <c>websocket.accept</c>.</summary>
public sealed class WebSocketAccept : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="subprotocol">One of <see cref="WebSocketScope.Subprotocols"/>. Defaults to null: none.</param>
    /// <param name="headers">Headers for the response of the handshake; no <c>sec-websocket-*</c>. Defaults to none.</param>
    public WebSocketAccept(string? subprotocol = null, HeaderList? headers = null) : base(EventKind.WebSocketAccept)
    {
        Subprotocol = subprotocol;
        Headers = headers ?? HeaderList.Empty;
    }

    /// <summary>The chosen subprotocol, or null.</summary>
    public string? Subprotocol { get; }

    /// <summary>Headers for the response of the handshake.</summary>
    public HeaderList Headers { get; }
}
