using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets;

/// <summary>As the exchange with the app knows it.</summary>
internal sealed partial class WebSocketSession : IWebSocketSession
{
    WebSocketFault IWebSocketSession.Fault => Fault;

    bool IWebSocketSession.IsDisconnected => IsDisconnected;

    CancellationToken IWebSocketSession.Disconnected => Disconnected;

    ValueTask<GatewayEvent> IWebSocketSession.ReceiveAsync() => ReceiveAsync();

    ValueTask IWebSocketSession.SendAsync(WebSocketSend message) => SendAsync(message);

    ValueTask IWebSocketSession.CloseAsync(int code, string reason) => CloseAsync(code, reason);

    async Task IWebSocketSession.EndAsync(int code)
    {
        OnAppEnded();
        await CloseAsync(code);
        await Ended;
    }
}
