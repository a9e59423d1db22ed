using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Http.Connections;

/// <summary>A gateway app on an endpoint of the raw path: what its connections share.</summary>
internal sealed class HttpGateway
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Http1Connection, byte> _connections = new();
    private readonly LifespanRunner? _lifespan;
    private readonly DateLine _date;
    private readonly ConnectionRefusals _refusals;
    private readonly Lock _timerLock = new();
    private ITimer? _timer;
    private long _lastTick;
    private volatile bool _isStopping;
    private int _count;

    internal HttpGateway(GatewayApp app, HttpGatewayOptions options, LifespanRunner? lifespan, HttpGatewayLog log, TimeProvider time, bool showsErrors)
    {
        App = app;
        Options = options;
        Log = log;
        ShowsErrors = showsErrors;
        _lifespan = lifespan;
        Time = time;
        _date = new DateLine(time);
        Engines = new EnginePool(options, HeadParsers.Of(options.Parser), _date);
        _refusals = new ConnectionRefusals(this);
    }

    internal GatewayApp App { get; }

    internal HttpGatewayOptions Options { get; }

    internal HttpGatewayLog Log { get; }

    internal TimeProvider Time { get; }

    /// <summary>Whether a 500 shows what the app threw: in Development.</summary>
    internal bool ShowsErrors { get; }

    /// <summary>For tests: called with the engine of each connection that is over.</summary>
    internal Action<Http1Engine>? ConnectionEnded { get; set; }

    /// <summary>The connections that are open now.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>The engines of connections that idle.</summary>
    internal EnginePool Engines { get; }

    internal ConnectionFacts FactsOf(ConnectionContext connection) => new(connection, _lifespan);

    /// <summary>Serves a connection to its end.</summary>
    /// <param name="connection">The connection; nothing of its input has been consumed.</param>
    /// <param name="handOn">Takes it over if the client speaks HTTP/2; null where nobody does.</param>
    internal async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate? handOn)
    {
        if (!TryEnter())
        {
            await RefuseAsync(connection);
            return;
        }

        try
        {
            // With TLS as well: what ALPN chose shows in the first bytes.
            PrefaceResult preface = handOn is null ? PrefaceResult.Http1 : await ReadPrefaceAsync(connection);
            switch (preface)
            {
                case PrefaceResult.Http2:
                    await handOn!(connection);
                    break;
                case PrefaceResult.Http1:
                    await ServeAsync(connection);
                    break;
                case PrefaceResult.Stalled:
                    // RFC 9110 §15.5.9: it has begun like a head.
                    await _refusals.AnswerAsync(connection, RejectReason.HeadTimeout);
                    break;
            }

            if (handOn is not null && preface is PrefaceResult.Http1 or PrefaceResult.Stalled)
            {
                TransportEnd.WatchUntilClosed(connection, Options.Limits, Log, Time);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            Log.ConnectionLost(connection.ConnectionId, exception.Message);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Counts a connection that is about to be served; false if there are as many as there may be. <see cref="Leave"/> ends it.</summary>
    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) > Options.Limits.MaxConnections)
        {
            Leave();
            return false;
        }

        return true;
    }

    /// <summary>A connection that has entered is over.</summary>
    internal void Leave() => Interlocked.Decrement(ref _count);

    /// <summary>Answers a connection that may not enter.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isSilent">It waits for a TLS handshake, and would not understand an answer.</param>
    internal Task RefuseAsync(ConnectionContext connection, bool isSilent = false) =>
        _refusals.AnswerAsync(connection, RejectReason.TooManyConnections, isSilent);

    /// <summary>Serves HTTP/1.1 to the end of the connection. No state of its own: a connection that idles holds each method that waits.</summary>
    internal Task ServeAsync(ConnectionContext connection) => new Http1Connection(connection, this).RunAsync();

    /// <summary>Bounds the time in which the transport sends what it holds.</summary>
    internal TransportEnd? WatchEnd(ConnectionContext connection) => TransportEnd.Watch(connection, Options.Limits, Log, Time);

    /// <summary>Closes a connection that has been served, where nobody else does.</summary>
    internal async Task CloseAsync(ConnectionContext connection)
    {
        using (WatchEnd(connection))
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>The server stops: every connection ends with what it does now.</summary>
    internal void Stop()
    {
        _isStopping = true;
        foreach ((Http1Connection connection, _) in _connections)
        {
            connection.Stop();
        }
    }

    /// <summary>A connection begins to be served: it gets ticks, and is told when the server stops.</summary>
    internal void Add(Http1Connection http)
    {
        _connections.TryAdd(http, 0);
        StartTimer();
        if (_isStopping)
        {
            // Accepted before the stop, and not yet among the connections when it came.
            http.Stop();
        }
    }

    /// <summary>It is over.</summary>
    internal void Remove(Http1Connection http)
    {
        _connections.TryRemove(http, out _);
        StopTimer();
    }

    /// <summary>Fires when the server stops gracefully.</summary>
    internal static CancellationToken StopOf(ConnectionContext connection) =>
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;

    private ValueTask<PrefaceResult> ReadPrefaceAsync(ConnectionContext connection)
    {
        HttpGatewayLimits limits = Options.Limits;
        return Http2Preface.ReadAsync(connection.Transport.Input, limits.KeepAliveTimeout, limits.RequestHeadersTimeout, Time, StopOf(connection));
    }

    private void StartTimer()
    {
        lock (_timerLock)
        {
            if (_timer is null)
            {
                // Nobody has renewed it since the last connection.
                _date.Renew();
                _lastTick = Time.GetTimestamp();
                _timer = Time.CreateTimer(static gateway => ((HttpGateway)gateway!).OnTick(), this, Second, Second);
            }
        }
    }

    private void StopTimer()
    {
        lock (_timerLock)
        {
            if (_connections.IsEmpty)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private void OnTick()
    {
        _date.Renew();
        long now = Time.GetTimestamp();
        double seconds = Time.GetElapsedTime(Interlocked.Exchange(ref _lastTick, now), now).TotalSeconds;
        foreach ((Http1Connection connection, _) in _connections)
        {
            connection.OnTick(seconds);
        }
    }
}
