using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Perch.Http.Connections;

namespace Perch.Http;

/// <summary>
/// A bare listener: a gateway app on any transport of ASP.NET Core's (TCP, Unix sockets), with Perch's own HTTP/1.1 and no Kestrel server.
/// <list type="number">
/// <item><see cref="StartAsync(EndPoint, SslServerAuthenticationOptions?, CancellationToken)"/>: the app's lifespan starts, then the listener accepts;</item>
/// <item><see cref="StopAsync"/>: it accepts no more, what runs is finished, the lifespan is shut down.</item>
/// </list>
/// </summary>
public sealed class GatewayListener : IAsyncDisposable
{
    /// <summary>How long apps may take to end when they are aborted: as long as Kestrel gives them.</summary>
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(1);

    private readonly IConnectionListenerFactory _transport;
    private readonly HttpGateway _gateway;
    private readonly ListenerMetrics _metrics;
    private readonly LifespanRunner _lifespan;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<ConnectionContext, byte> _connections = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private List<IConnectionListener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private bool _hasStarted;

    /// <summary>Creates a listener that is not started.</summary>
    /// <param name="app">The app.</param>
    /// <param name="transport">
    /// The transport. Take it from a container that Kestrel's services were added to: it shares their memory pool then.
    /// </param>
    /// <param name="configure">Sets options. Defaults to none.</param>
    /// <param name="lifespan">Whether the app is started and stopped by the lifespan protocol. Defaults to <see cref="LifespanMode.Auto"/>.</param>
    /// <param name="loggers">Where to log. Defaults to nowhere.</param>
    /// <param name="meters">Where the counters are. Defaults to a meter of our own.</param>
    /// <param name="time">The clock. Defaults to the system's.</param>
    public GatewayListener(
        GatewayApp app,
        IConnectionListenerFactory transport,
        Action<HttpGatewayOptions>? configure = null,
        LifespanMode lifespan = LifespanMode.Auto,
        ILoggerFactory? loggers = null,
        IMeterFactory? meters = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(transport);
        var options = new HttpGatewayOptions();
        configure?.Invoke(options);
        _transport = transport;
        _lifespan = new LifespanRunner(app, lifespan);
        _time = time ?? TimeProvider.System;
        ILogger logger = loggers?.CreateLogger("Perch.Http") ?? NullLogger.Instance;
        _gateway = new HttpGateway(app, options, _lifespan, new HttpGatewayLog(logger, meters), _time, showsErrors: false);
        _metrics = new ListenerMetrics(_gateway.Log.Meter, _time);
    }

    /// <summary>Where it listens, once it has started: the port that was picked, if 0 was asked for. Of several the first.</summary>
    /// <exception cref="InvalidOperationException">It has not started.</exception>
    public EndPoint EndPoint => _listeners is [var first, ..] ? first.EndPoint : throw new InvalidOperationException("The listener has not started.");

    /// <summary>What reads a connection first, before TLS, and hands it on or does not; it has until the token fires. Null for nothing.</summary>
    internal Func<ConnectionContext, ConnectionDelegate, CancellationToken, Task>? First { get; init; }

    /// <summary>The connections that are open now.</summary>
    public int ConnectionCount => _gateway.Count;

    /// <summary>(1) Starts the app, then listens.</summary>
    /// <param name="endPoint">Where to listen: an <see cref="IPEndPoint"/> or a Unix socket, as the transport allows.</param>
    /// <param name="tls">TLS on it: <inheritdoc cref="ListenAsync" path="/param[@name='tls']/node()"/></param>
    /// <param name="cancellation">Gives up waiting for the app.</param>
    /// <exception cref="ArgumentException"><paramref name="tls"/> has no certificate.</exception>
    /// <exception cref="LifespanFailedException">The app's startup failed; nothing listens.</exception>
    /// <exception cref="InvalidOperationException">It has been started before.</exception>
    public Task StartAsync(EndPoint endPoint, SslServerAuthenticationOptions? tls = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return StartAsync([endPoint], tls, cancellation);
    }

    /// <summary>(1) Starts the app, then listens in several places.</summary>
    /// <param name="endPoints">Where to listen: each an <see cref="IPEndPoint"/> or a Unix socket, as the transport allows.</param>
    /// <param name="tls">TLS on all of them: <inheritdoc cref="ListenAsync" path="/param[@name='tls']/node()"/></param>
    /// <param name="cancellation">Gives up waiting for the app.</param>
    /// <exception cref="ArgumentException">There is no endpoint, or <paramref name="tls"/> has no certificate.</exception>
    /// <exception cref="LifespanFailedException">The app's startup failed; nothing listens.</exception>
    /// <exception cref="InvalidOperationException">It has been started before.</exception>
    public Task StartAsync(IReadOnlyList<EndPoint> endPoints, SslServerAuthenticationOptions? tls = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(endPoints);
        return StartAsync(endPoints, SecuredBy(tls), cancellation);
    }

    /// <summary>(1) Starts the app, then listens in several places.</summary>
    /// <param name="endPoints">Where to listen.</param>
    /// <param name="tls">The options of each handshake on them, from <see cref="TlsEndPoint.Complete"/>. Null for no TLS.</param>
    /// <param name="cancellation">Gives up waiting for the app.</param>
    internal Task StartAsync(IReadOnlyList<EndPoint> endPoints, Func<SslServerAuthenticationOptions>? tls, CancellationToken cancellation) =>
        StartAsync(endPoints, tls is null ? null : new TlsEndPoint(tls, _stopping.Token), cancellation);

    private async Task StartAsync(IReadOnlyList<EndPoint> endPoints, TlsEndPoint? tls, CancellationToken cancellation)
    {
        if (endPoints.Count == 0)
        {
            throw new ArgumentException("There is no endpoint to listen on.", nameof(endPoints));
        }

        if (_hasStarted)
        {
            throw new InvalidOperationException("The listener has been started before.");
        }

        _hasStarted = true;
        await _lifespan.StartAsync(cancellation);
        List<IConnectionListener> listeners = [];
        try
        {
            foreach (EndPoint endPoint in endPoints)
            {
                listeners.Add(await _transport.BindAsync(endPoint, cancellation));
            }
        }
        catch
        {
            // The app has started: it is to give back what it took.
            await DisposeAsync(listeners);
            await _lifespan.StopInTimeAsync(_time, cancellation);
            throw;
        }

        foreach (IConnectionListener listener in listeners)
        {
            Accept(listener, tls);
        }
    }

    /// <summary>Listens at one more place, for the same app: with TLS beside without, say.</summary>
    /// <param name="endPoint">Where to listen.</param>
    /// <param name="tls">
    /// The certificate and what else the handshake needs; the listener completes it: ALPN offers <c>http/1.1</c> unless it says otherwise. Null for
    /// no TLS.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Where it listens: the port that was picked, if 0 was asked for.</returns>
    /// <exception cref="ArgumentException"><paramref name="tls"/> has no certificate.</exception>
    /// <exception cref="InvalidOperationException">The listener has not started.</exception>
    public async Task<EndPoint> ListenAsync(EndPoint endPoint, SslServerAuthenticationOptions? tls = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (_listeners.Count == 0)
        {
            throw new InvalidOperationException("The listener has not started.");
        }

        TlsEndPoint? secured = SecuredBy(tls);
        IConnectionListener listener = await _transport.BindAsync(endPoint, cancellation);
        Accept(listener, secured);
        return listener.EndPoint;
    }

    /// <summary>
    /// (2) Stops: requests that run are finished, unless <paramref name="cancellation"/> ends that; connections that wait are closed; the app is
    /// shut down.
    /// </summary>
    /// <param name="cancellation">Aborts what still runs.</param>
    /// <exception cref="LifespanFailedException">The app's shutdown failed.</exception>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (_listeners.Count == 0)
        {
            return;
        }

        foreach (IConnectionListener listener in _listeners)
        {
            await listener.UnbindAsync(CancellationToken.None);
        }

        await Task.WhenAll(_accepting);
        await _stopping.CancelAsync();
        _gateway.Stop();
        SetDrained();
        try
        {
            await _drained.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            foreach ((ConnectionContext connection, _) in _connections)
            {
                connection.Abort(new ConnectionAbortedException("The listener is stopping."));
            }

            // An app may go on for all that.
            await Task.WhenAny(_drained.Task, Task.Delay(AbortGrace, _time, CancellationToken.None));
        }

        await DisposeAsync(_listeners);
        _listeners = [];
        await _lifespan.StopInTimeAsync(_time, cancellation);
    }

    /// <summary>Aborts what runs and stops.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    private static async Task DisposeAsync(List<IConnectionListener> listeners)
    {
        foreach (IConnectionListener listener in listeners)
        {
            await listener.DisposeAsync();
        }
    }

    private TlsEndPoint? SecuredBy(SslServerAuthenticationOptions? tls)
    {
        if (tls is null)
        {
            return null;
        }

        SslServerAuthenticationOptions completed = TlsEndPoint.Complete(tls);
        return new TlsEndPoint(() => completed, _stopping.Token);
    }

    private void Accept(IConnectionListener listener, TlsEndPoint? tls)
    {
        _listeners.Add(listener);
        _accepting.Add(AcceptAsync(listener, tls));
    }

    private async Task AcceptAsync(IConnectionListener listener, TlsEndPoint? tls)
    {
        try
        {
            while (await listener.AcceptAsync() is { } connection)
            {
                _connections.TryAdd(connection, 0);

                // Not on this thread: an app that blocks would keep others from being accepted.
                ThreadPool.UnsafeQueueUserWorkItem(
                    static work => _ = work.Listener.ServeAsync(work.Connection, work.Tls),
                    (Listener: this, Connection: connection, Tls: tls),
                    preferLocal: false);
            }
        }
        catch (Exception exception)
        {
            // A transport's own affair. The stop, which waits for this, is to find the connections and the app all the same.
            _gateway.Log.AcceptFailed($"{listener.EndPoint}", exception);
        }
    }

    private Task GoOnAsync(ConnectionContext connection, TlsEndPoint? tls) =>
        tls is null ? _gateway.ServeAsync(connection) : tls.OnConnectionAsync(connection, _gateway);

    private async Task ServeAsync(ConnectionContext connection, TlsEndPoint? tls)
    {
        bool hasEntered = _gateway.TryEnter();
        try
        {
            ListenerMetrics.Measurement? measurement = _metrics.Begin(connection.LocalEndPoint);
            try
            {
                await (!hasEntered ? _gateway.RefuseAsync(connection, isSilent: tls is not null)
                    : First is null ? GoOnAsync(connection, tls)
                    : First(connection, connection => GoOnAsync(connection, tls), _stopping.Token));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                _gateway.Log.ConnectionLost(connection.ConnectionId, exception.Message);
            }
            finally
            {
                if (hasEntered)
                {
                    _gateway.Leave();
                }

                await _gateway.CloseAsync(connection);
                measurement?.Dispose();
            }
        }
        catch (Exception exception)
        {
            _gateway.Log.ConnectionFailed(connection.ConnectionId, exception);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            if (_stopping.IsCancellationRequested)
            {
                SetDrained();
            }
        }
    }

    /// <summary>Nothing is accepted any more: it is drained when the last connection is over.</summary>
    private void SetDrained()
    {
        if (_connections.IsEmpty)
        {
            _drained.TrySetResult();
        }
    }
}
