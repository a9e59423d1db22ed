using Microsoft.AspNetCore.Connections;

namespace Perch.Http.Connections;

/// <summary>
/// Bounds the end of a connection. When all is written, the transport still sends what it holds, and would do so for ever to a client that
/// takes nothing: it is cut when the time is over in which the slowest reader that is waited for would have taken it.
/// </summary>
internal sealed class TransportEnd : IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly HttpGatewayLog _log;
    private readonly ITimer _timer;
    private CancellationTokenRegistration _closed;

    private TransportEnd(ConnectionContext connection, TimeSpan limit, HttpGatewayLog log, TimeProvider time)
    {
        _connection = connection;
        _log = log;
        _timer = time.CreateTimer(static end => ((TransportEnd)end!).Abort(), this, limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins to watch; null where readers may be as slow as they like. Disposed when the transport has ended.</summary>
    internal static TransportEnd? Watch(ConnectionContext connection, HttpGatewayLimits limits, HttpGatewayLog log, TimeProvider time) =>
        limits.MinResponseDataRate > 0
            ? new(connection, limits.DataRateGracePeriod + TimeSpan.FromSeconds(ConnectionWatch.Buffered / limits.MinResponseDataRate), log, time)
            : null;

    /// <summary>
    /// The same for a connection that somebody else will close: the transport says that it has ended. It says so too when the client has
    /// ended its side; such a connection is left to its owner.
    /// </summary>
    internal static void WatchUntilClosed(ConnectionContext connection, HttpGatewayLimits limits, HttpGatewayLog log, TimeProvider time)
    {
        if (!connection.ConnectionClosed.IsCancellationRequested && Watch(connection, limits, log, time) is { } end)
        {
            end._closed = connection.ConnectionClosed.UnsafeRegister(static end => ((TransportEnd)end!).Dispose(), end);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Abort()
    {
        Dispose();
        _closed.Dispose();
        _log.ReaderTooSlow(_connection.ConnectionId);
        _connection.Abort(new ConnectionAbortedException("The client reads too slowly."));
    }
}
