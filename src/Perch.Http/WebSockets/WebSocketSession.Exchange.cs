using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets;

/// <summary>As the exchange with the app knows it.</summary>
internal sealed partial class WebSocketSession : IWebSocketSession
{
    WebSocketFault IWebSocketSession.Fault => Fault;

    bool IWebSocketSession.IsDisconnected => IsDisconnected;

    ValueTask<GatewayEvent> IWebSocketSession.ReceiveAsync() => ReceiveAsync();

    ValueTask IWebSocketSession.SendAsync(WebSocketSend message) => SendAsync(message);

    public void CancelWhenDisconnected(CancellationTokenSource source)
    {
        bool isDisconnected;
        lock (_gate)
        {
            _disconnected = source;
            isDisconnected = _disconnect is not null;
        }

        if (isDisconnected)
        {
            source.Cancel();
        }
    }

    ValueTask IWebSocketSession.CloseAsync(int code, string reason) => CloseAsync(code, reason);

    async Task IWebSocketSession.EndAsync(int code)
    {
        OnAppEnded();
        await CloseAsync(code);
        await Ended;
    }
}
