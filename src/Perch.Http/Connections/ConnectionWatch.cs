namespace Perch.Http.Connections;

/// <summary>
/// The time-outs of a connection, looked at once a second: what it waits for, since when, and how many bytes have come. The second is
/// the unit on purpose: a request takes no look at a clock.
/// </summary>
/// <param name="limits">The time-outs.</param>
/// <param name="gate">Guards it: the connection's own, which it may hold; nothing is called while it is held here.</param>
internal sealed class ConnectionWatch(HttpGatewayLimits limits, Lock gate)
{
    /// <summary>What transports hold of an output before they make its writer wait.</summary>
    internal const long Buffered = 64 * 1024;

    private Waiting _waiting = Waiting.ForNothing;
    private Waiting _last = Waiting.ForNothing;
    private double _seconds;
    private long _bytes;
    private bool _writing;
    private double _writingSeconds;
    private double _backlog;

    /// <summary>The wait that took too long; it was ended for that.</summary>
    internal Waiting Fired { get; private set; }

    /// <summary>How long the rest of a head has been waited for.</summary>
    internal TimeSpan HeadTime => TimeSpan.FromSeconds(_last == Waiting.ForHead ? _seconds : 0);

    /// <summary>
    /// A wait begins. One for the rest of a head or a body goes on where the last ended: a client that sends a byte now and then would
    /// hold the connection for ever if each began anew.
    /// </summary>
    internal void Wait(Waiting waiting)
    {
        lock (gate)
        {
            if (waiting == Waiting.ForHead ? _last != Waiting.ForHead : waiting != Waiting.ForBody)
            {
                _seconds = 0;
            }

            _waiting = waiting;
            _last = waiting;
        }
    }

    /// <summary>The wait has ended.</summary>
    internal void Done()
    {
        lock (gate)
        {
            _waiting = Waiting.ForNothing;
        }
    }

    /// <summary>Ends the wait for a request, if that is what is waited for.</summary>
    internal bool EndWaitForRequest()
    {
        lock (gate)
        {
            bool waits = _waiting == Waiting.ForRequest;
            _waiting = waits ? Waiting.ForNothing : _waiting;
            return waits;
        }
    }

    /// <summary>A request has begun.</summary>
    internal void BeginBody()
    {
        _seconds = 0;
        _bytes = 0;
        _last = Waiting.ForNothing;
    }

    /// <summary>Bytes of the body have come.</summary>
    internal void Count(int bytes) => _bytes += bytes;

    /// <summary>
    /// Bytes are on their way to the client. What it must have taken before a wait for it is too long is these, and what may be held of
    /// those before; it is taken off at the slowest rate as time passes.
    /// </summary>
    internal void CountWritten(long bytes)
    {
        lock (gate)
        {
            _backlog = Math.Min(_backlog, Buffered) + bytes;
        }
    }

    /// <summary>The client is waited for to read.</summary>
    internal void BeginWrite()
    {
        lock (gate)
        {
            _writing = true;
            _writingSeconds = 0;
        }
    }

    /// <summary>It has read.</summary>
    internal void EndWrite()
    {
        lock (gate)
        {
            _writing = false;
        }
    }

    /// <summary>Time has passed. Returns what is to be done about it.</summary>
    internal WatchResult Tick(double seconds)
    {
        lock (gate)
        {
            _backlog = Math.Max(0, _backlog - (seconds * limits.MinResponseDataRate));
            if (_writing)
            {
                _writingSeconds += seconds;
                if (limits.MinResponseDataRate > 0 && _backlog == 0 && _writingSeconds > limits.DataRateGracePeriod.TotalSeconds)
                {
                    _writing = false;
                    return WatchResult.Abort;
                }
            }

            if (_waiting == Waiting.ForNothing)
            {
                return WatchResult.GoOn;
            }

            _seconds += seconds;
            bool isOver = _waiting switch
            {
                Waiting.ForRequest => _seconds > limits.KeepAliveTimeout.TotalSeconds,
                Waiting.ForHead => _seconds > limits.RequestHeadersTimeout.TotalSeconds,
                Waiting.ForBody => IsTooSlow(_seconds, _bytes, limits.MinRequestBodyDataRate),
                _ => _seconds > limits.DataRateGracePeriod.TotalSeconds,
            };
            if (!isOver)
            {
                return WatchResult.GoOn;
            }

            Fired = _waiting;
            _waiting = Waiting.ForNothing;
            return WatchResult.EndRead;
        }
    }

    /// <summary>The bytes took longer than the slowest rate allows, and longer than the grace period.</summary>
    private bool IsTooSlow(double seconds, long bytes, double rate) =>
        rate > 0 && seconds > limits.DataRateGracePeriod.TotalSeconds && bytes < (seconds - limits.DataRateGracePeriod.TotalSeconds) * rate;
}
