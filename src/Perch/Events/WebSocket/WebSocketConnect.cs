namespace Perch;

/// <summary>
/// A client asks for a WebSocket: <c>websocket.connect</c>, the first event. Answer with <see cref="WebSocketAccept"/>,
/// <see cref="WebSocketClose"/> (403) or a denial response.
/// </summary>
public sealed class WebSocketConnect : GatewayEvent
{
    private WebSocketConnect() : base(EventKind.WebSocketConnect) { }

    /// <summary>The one instance.</summary>
    public static WebSocketConnect Instance { get; } = new();
}
