using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Perch.Http;
using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Framing;
using Perch.Messages;

namespace Perch.AspNetCore.WebSockets;

/// <summary>ASP.NET Core's WebSocket as a session.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore's wait handle is never made.")]
internal sealed partial class SystemSession(WebSocket socket, WebSocketGatewayOptions options, bool reusesEvents, CancellationToken clientGone) : IWebSocketSession
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private CancellationTokenSource? _disconnected;
    private WebSocketDisconnect? _disconnect;

    /// <summary>ASP.NET Core's engine does not tell.</summary>
    public WebSocketFault Fault => WebSocketFault.None;

    public bool IsDisconnected => _disconnect is not null || clientGone.IsCancellationRequested;

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

    public async Task EndAsync(int code)
    {
        await CloseAsync(code);
        await WaitForCloseAsync();
        await WaitForLeaveAsync();
    }

    public void Dispose()
    {
        _over.TrySetResult();
        socket.Dispose();
        SetDisconnect(CloseCodes.Lost);
        RetireMessage();
        ReturnBuffer();
    }

    /// <summary>It is over for the app: <c>receive</c> gives this from now on, <c>send</c> throws.</summary>
    private WebSocketDisconnect SetDisconnect(int code, string reason = "")
    {
        WebSocketDisconnect disconnect;
        CancellationTokenSource? disconnected;
        lock (_gate)
        {
            disconnect = _disconnect ??= new WebSocketDisconnect(code, reason);
            disconnected = _disconnected;
            _disconnected = null;
        }

        disconnected?.Cancel();
        return disconnect;
    }

    private static bool IsOfTheConnection(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;
}
