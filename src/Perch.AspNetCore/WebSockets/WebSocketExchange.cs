using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Features;
using Perch.AspNetCore.Http;
using Perch.Messages;

namespace Perch.AspNetCore.WebSockets;

/// <summary>
/// One WebSocket, from its handshake to its end:
/// <list type="number">
/// <item>the app is called and gets <c>websocket.connect</c>; it accepts, closes or denies;</item>
/// <item>messages go both ways while it is open;</item>
/// <item>whoever closes, the close handshake is waited for, no longer than the time-out.</item>
/// </list>
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "RunAsync ends what it owns; the semaphore's wait handle is never made.")]
internal sealed partial class WebSocketExchange : RequestFacts
{
    private readonly WebSocketHandshake _handshake;
    private readonly IHttpWebSocketFeature _feature;
    private readonly IHttpResponseFeature _response;
    private readonly WebSocketScope _scope;
    private readonly WebSocketMessageOrder _order;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _disconnectLock = new();
    private IReadOnlyList<string>? _subprotocols;
    private CancellationTokenSource? _disconnected;
    private WebSocketDisconnect? _disconnect;
    private WebSocket? _socket;

    internal WebSocketExchange(GatewayMount mount, WebSocketHandshake handshake, IFeatureCollection features, IHttpWebSocketFeature feature) : base(mount)
    {
        _handshake = handshake;
        _feature = feature;
        BeginFacts(features, features.GetRequiredFeature<IHttpRequestFeature>());
        _response = features.Get<IHttpResponseFeature>()!;
        _scope = new WebSocketScope(this);
        _order = new WebSocketMessageOrder(OfferedByProtocol, Subprotocols);
    }

    internal override string? Scheme => Request.Scheme == "https" ? "wss" : "ws";

    /// <summary>RFC 6455 §4.2.2, RFC 9110 §5.3: several fields are one list.</summary>
    internal override IReadOnlyList<string> Subprotocols => _subprotocols ??= [.. Headers.GetValues("sec-websocket-protocol")
        .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    internal override CancellationToken Disconnected
    {
        get
        {
            lock (_disconnectLock)
            {
                _disconnected ??= CancellationTokenSource.CreateLinkedTokenSource(Lifetime.RequestAborted);
                if (_disconnect is not null)
                {
                    _disconnected.Cancel();
                }

                return _disconnected.Token;
            }
        }
    }

    private protected override OfferedExtensions OfferedByProtocol => OfferedExtensions.DenialResponse;

    /// <summary>Runs the app, and ends what it leaves.</summary>
    internal async Task RunAsync()
    {
        Interlocked.Increment(ref Mount.Host.RunningCount);
        try
        {
            Exception? failure = null;
            using (_handshake.Stopping.UnsafeRegister(static exchange => ((WebSocketExchange)exchange!).OnStopping(), this))
            {
                try
                {
                    // A null task is told apart from one that ends.
                    await (Mount.App(_scope, ReceiveAsync, SendAsync) ?? throw new GatewayProtocolException("The app returned null instead of a task."));
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            }

            await FinishAsync(failure);
        }
        finally
        {
            _over.TrySetResult();
            _socket?.Dispose();
            EndDisconnected();
            RetireMessage();
            ReturnBuffer();
            EndFacts();
            Interlocked.Decrement(ref Mount.Host.RunningCount);
        }
    }

    private async Task FinishAsync(Exception? failure)
    {
        bool left = _disconnect is not null || Lifetime.RequestAborted.IsCancellationRequested;
        if (failure is not null)
        {
            if (left && failure is ClientDisconnectedException or OperationCanceledException)
            {
                Mount.Host.Log.ClientLeft(_scope);
            }
            else
            {
                Mount.Host.Log.AppFailed(_scope, Outcome, failure);
            }
        }
        else if (!left && (_order.IsConnecting || _order.IsDenying))
        {
            Mount.Host.Log.AppFailed(_scope, Outcome, new GatewayProtocolException(
                $"The app returned before it had answered the WebSocket's handshake (state '{_order.StateName}')."));
        }

        if (_socket is { } socket)
        {
            await CloseAsync(socket, failure is null ? 1000 : 1011, "");
            await WaitForCloseAsync(socket);
            await WaitForLeaveAsync();
        }
        else if (!_order.IsClosed && !left)
        {
            await FailHandshakeAsync();
        }
    }

    private string Outcome => _socket is not null ? "the WebSocket is closed with 1011"
        : _response.HasStarted ? "the connection is aborted, its response had started"
        : "the client gets 500";

    /// <summary>The app has not answered the handshake, or not to its end.</summary>
    private async Task FailHandshakeAsync()
    {
        if (_response.HasStarted)
        {
            Lifetime.Abort();
            return;
        }

        _response.Headers.Clear();
        await DenyAsync(new ResponseHead(500, [("content-type", "text/plain; charset=utf-8")]), "Internal Server Error"u8.ToArray());
    }

    /// <summary>The connection is over for the app: <c>receive</c> gives this from now on, <c>send</c> throws.</summary>
    private WebSocketDisconnect SetDisconnect(int code, string reason = "")
    {
        lock (_disconnectLock)
        {
            if (_disconnect is null)
            {
                _disconnect = new WebSocketDisconnect(code, reason);
                _disconnected?.Cancel();
            }

            return _disconnect;
        }
    }

    private void EndDisconnected()
    {
        lock (_disconnectLock)
        {
            _disconnect ??= new WebSocketDisconnect(1006);
            _disconnected?.Dispose();
            _disconnected = null;
        }
    }

    private async void OnStopping()
    {
        // RFC 6455 §7.4 and its registry: 1012, service restart. Closing never throws; see CloseAsync.
        if (_socket is { } socket)
        {
            await CloseAsync(socket, 1012, "");
            await WaitUntilOverAsync(socket);
        }
    }
}
