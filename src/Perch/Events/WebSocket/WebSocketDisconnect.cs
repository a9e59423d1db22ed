namespace Perch;

/// <summary>The WebSocket is closed, whoever closed it: <c>websocket.disconnect</c>.</summary>
public sealed class WebSocketDisconnect : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="code">The close code (RFC 6455 §7.4): 1005 if the client gave none, 1006 if the connection was lost.</param>
    /// <param name="reason">The client's reason. Defaults to none.</param>
    public WebSocketDisconnect(int code = 1005, string reason = "") : base(EventKind.WebSocketDisconnect)
    {
        Code = code;
        Reason = reason ?? "";
    }

    /// <summary>The close code: 1005 if the client gave none, 1006 if the connection was lost.</summary>
    public int Code { get; }

    /// <summary>The reason, empty if there was none.</summary>
    public string Reason { get; }
}
