namespace Perch;

/// <summary>
/// The app closes the WebSocket: <c>websocket.close</c>. Before <see cref="WebSocketAccept"/> it denies it with 403.
/// </summary>
public sealed class WebSocketClose : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="code">A close code that may be sent (RFC 6455 §7.4): 1000 to 1003, 1007 to 1014, 3000 to 4999. Defaults to 1000, as in ASGI.</param>
    /// <param name="reason">At most 123 bytes of UTF-8 (RFC 6455 §5.5). Defaults to none.</param>
    public WebSocketClose(int code = 1000, string reason = "") : base(EventKind.WebSocketClose)
    {
        Code = code;
        Reason = reason ?? "";
    }

    /// <summary>The close code.</summary>
    public int Code { get; }

    /// <summary>The reason, empty for none.</summary>
    public string Reason { get; }
}
