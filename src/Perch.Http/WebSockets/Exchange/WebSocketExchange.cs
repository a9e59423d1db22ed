using System.Diagnostics.CodeAnalysis;
using Perch.Http.WebSockets.Framing;
using Perch.Messages;

namespace Perch.Http.WebSockets.Exchange;

/// <summary>
/// One WebSocket from its handshake to its end, on every host:
/// <list type="number">
/// <item>the app is called and gets <c>websocket.connect</c>; it accepts, closes or denies;</item>
/// <item>messages go both ways while it is open, by the host's <see cref="IWebSocketSession"/>;</item>
/// <item>whoever closes, the close handshake is waited for, no longer than its time-out.</item>
/// </list>
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Neither has a handle: there is no timer, and no wait handle is asked for.")]
internal sealed partial class WebSocketExchange
{
    private readonly IWebSocketHost _host;
    private readonly WebSocketScope _scope;
    private readonly WebSocketMessageOrder _order;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _disconnected;
    private volatile IWebSocketSession? _session;
    private volatile bool _hasLeft;
    private volatile bool _isStopping;

    internal WebSocketExchange(IWebSocketHost host, WebSocketScope scope)
    {
        _host = host;
        _scope = scope;
        _order = new WebSocketMessageOrder(OfferedExtensions.DenialResponse, scope.Subprotocols);
    }

    /// <summary>The scope's token, made when it is asked for.</summary>
    internal CancellationToken Disconnected
    {
        get
        {
            lock (_gate)
            {
                if (_disconnected is null)
                {
                    _disconnected = CancellationTokenSource.CreateLinkedTokenSource(_host.ClientGone);
                    _session?.CancelWhenDisconnected(_disconnected);
                }

                return _disconnected.Token;
            }
        }
    }

    private bool HasLeft => _session is { } session ? session.IsDisconnected : _hasLeft || _host.ClientGone.IsCancellationRequested;

    /// <summary>The server stops.</summary>
    internal void Stop()
    {
        IWebSocketSession? session;
        lock (_gate)
        {
            _isStopping = true;
            session = _session;
        }

        _ = session?.CloseAsync(CloseCodes.ServiceRestart).AsTask();
    }

    /// <summary>Runs the app, and ends what it leaves.</summary>
    internal async Task RunAsync(GatewayApp app)
    {
        Exception? failure = null;
        try
        {
            // A null task is told apart from one that ends.
            await (app(_scope, ReceiveAsync, SendAsync) ?? throw new GatewayProtocolException("The app returned null instead of a task."));
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        await EndAsync(failure);
    }

    /// <summary>Not in the method that waits for the app, whose state is kept for as long as the WebSocket is open.</summary>
    private async Task EndAsync(Exception? failure)
    {
        try
        {
            // A log that throws leaves no session open.
            LogEnd(failure);
        }
        finally
        {
            try
            {
                await EndWhatIsLeftAsync(failure is null ? CloseCodes.Normal : CloseCodes.InternalError);
            }
            finally
            {
                End();
                await _host.EndAsync();
            }
        }
    }

    private Task EndWhatIsLeftAsync(int code)
    {
        if (_session is { } session)
        {
            return EndAsync(session, code);
        }

        return _order.IsClosed || HasLeft ? Task.CompletedTask : FailHandshakeAsync();
    }

    private async Task EndAsync(IWebSocketSession session, int code)
    {
        try
        {
            await session.EndAsync(code);
        }
        finally
        {
            session.Dispose();
        }

        if (session.Fault != WebSocketFault.None)
        {
            _host.OnFault(_scope, session.Fault);
        }
    }

    private void End()
    {
        _hasLeft = true;
        CancellationTokenSource? disconnected;
        lock (_gate)
        {
            disconnected = _disconnected;
        }

        // It is not disposed of: the connection's own token, or the session's, may be on its way here.
        disconnected?.Cancel();
        EndAnswer();
    }

    private void LogEnd(Exception? failure)
    {
        bool hasLeft = HasLeft || (_session is not null && _isStopping);
        if (failure is null && !hasLeft && (_order.IsConnecting || _order.IsDenying))
        {
            failure = new GatewayProtocolException($"The app returned before it had answered the WebSocket's handshake (state '{_order.StateName}').");
        }

        if (failure is null)
        {
            return;
        }

        if (hasLeft && failure is ClientDisconnectedException or OperationCanceledException)
        {
            _host.OnClientLeft(_scope);
            return;
        }

        _host.OnAppFailed(
            _scope,
            _session is not null ? "the WebSocket is closed with 1011"
                : _host.HasAnswered ? "the connection is aborted, its response had started"
                : "the client gets 500",
            failure);
    }

    /// <summary>The app has not answered the handshake, or not to its end.</summary>
    private async Task FailHandshakeAsync()
    {
        if (_host.HasAnswered)
        {
            _host.Abort();
            return;
        }

        try
        {
            await DenyAsync(new ResponseHead(500, PlainText), "Internal Server Error"u8.ToArray(), moreBody: false);
        }
        catch (IOException)
        {
            _host.OnClientLeft(_scope);
        }
    }
}
