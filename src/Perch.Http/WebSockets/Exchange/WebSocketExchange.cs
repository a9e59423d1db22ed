using System.Diagnostics.CodeAnalysis;
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
[SuppressMessage("Reliability", "CA1001", Justification = "RunAsync ends what it owns; the semaphore's wait handle is never made.")]
internal sealed partial class WebSocketExchange
{
    private const int NormalClosure = 1000;
    private const int NoCloseFrame = 1006;
    private const int InternalError = 1011;
    private const int ServiceRestart = 1012;

    private readonly IWebSocketHost _host;
    private readonly WebSocketScope _scope;
    private readonly WebSocketMessageOrder _order;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _disconnected;
    private volatile IWebSocketSession? _session;
    private volatile bool _isDisconnected;
    private volatile bool _isStopping;

    internal WebSocketExchange(IWebSocketHost host, WebSocketScope scope)
    {
        _host = host;
        _scope = scope;
        _order = new WebSocketMessageOrder(OfferedExtensions.DenialResponse, scope.Subprotocols);
    }

    /// <summary>The scope's token; made when it is asked for.</summary>
    internal CancellationToken Disconnected
    {
        get
        {
            lock (_gate)
            {
                _disconnected ??= CancellationTokenSource.CreateLinkedTokenSource(_session is null ? _host.ClientGone : default);
                if (_isDisconnected)
                {
                    _disconnected.Cancel();
                }

                return _disconnected.Token;
            }
        }
    }

    /// <summary>The server stops. RFC 6455 §7.4 and the registry it founds: 1012, service restart.</summary>
    internal void Stop()
    {
        _isStopping = true;
        if (_session is { } session)
        {
            _ = CloseQuietlyAsync(session, ServiceRestart);
        }
    }

    /// <summary>Runs the app, and ends what it leaves.</summary>
    internal async Task RunAsync(GatewayApp app)
    {
        try
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

            LogEnd(failure);
            if (_session is { } session)
            {
                await CloseQuietlyAsync(session, failure is null ? NormalClosure : InternalError);
                await session.Ended;
            }
            else if (!_order.IsClosed && !HasLeft)
            {
                await FailHandshakeAsync();
            }
        }
        finally
        {
            OnDisconnected();
            lock (_gate)
            {
                _disconnected?.Dispose();
            }
        }
    }

    private bool HasLeft => _isDisconnected || (_session is null && _host.ClientGone.IsCancellationRequested);

    private void LogEnd(Exception? failure)
    {
        if (failure is null && !HasLeft && (_order.IsConnecting || _order.IsDenying))
        {
            failure = new GatewayProtocolException($"The app returned before it had answered the WebSocket's handshake (state '{_order.StateName}').");
        }

        if (failure is null)
        {
            return;
        }

        if (HasLeft && failure is ClientDisconnectedException or OperationCanceledException)
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
            await DenyAsync(new ResponseHead(500, [("content-type", "text/plain; charset=utf-8")]), "Internal Server Error"u8.ToArray(), moreBody: false);
        }
        catch (IOException)
        {
            _host.OnClientLeft(_scope);
        }
    }

    /// <summary>Closes from our side, if that is still to be done.</summary>
    private static async Task CloseQuietlyAsync(IWebSocketSession session, int code)
    {
        try
        {
            await session.CloseAsync(code, "");
        }
        catch (IOException)
        {
            // The connection is gone: there is nobody to tell.
        }
    }

    /// <summary>The connection is over for the app: <c>receive</c> gives the disconnect from now on, <c>send</c> throws.</summary>
    private void OnDisconnected()
    {
        CancellationTokenSource? disconnected;
        lock (_gate)
        {
            if (_isDisconnected)
            {
                return;
            }

            _isDisconnected = true;
            disconnected = _disconnected;
        }

        disconnected?.Cancel();
    }
}
