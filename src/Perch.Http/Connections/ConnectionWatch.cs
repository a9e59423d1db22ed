namespace Perch.Http.Connections;

/// <summary>
/// The time-outs of a connection, looked at once a second: what it waits for, since when, and how many bytes have come. The second is
/// the unit on purpose: a request takes no look at a clock.
/// </summary>
internal sealed class ConnectionWatch(HttpGatewayLimits limits)
{
    private readonly Lock _lock = new();
    private Waiting _waiting = Waiting.ForNothing;
    private double _seconds;
    private long _bytes;
    private bool _writing;
    private double _writingSeconds;
    private long _writingBytes;

    /// <summary>The wait that took too long; it was ended for that.</summary>
    internal Waiting Fired { get; private set; }

    /// <summary>A wait begins. One for a body goes on where the last ended: its rate is that of the whole body.</summary>
    internal void Wait(Waiting waiting)
    {
        lock (_lock)
        {
            if (waiting != Waiting.ForBody)
            {
                _seconds = 0;
            }

            _waiting = waiting;
        }
    }

    /// <summary>The wait has ended.</summary>
    internal void Done()
    {
        lock (_lock)
        {
            _waiting = Waiting.ForNothing;
        }
    }

    /// <summary>Ends the wait for a request, if that is what is waited for.</summary>
    internal bool EndWaitForRequest()
    {
        lock (_lock)
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
    }

    /// <summary>Bytes of the body have come.</summary>
    internal void Count(int bytes) => _bytes += bytes;

    /// <summary>The client is waited for to read.</summary>
    internal void BeginWrite(long bytes)
    {
        lock (_lock)
        {
            _writing = true;
            _writingSeconds = 0;
            _writingBytes = bytes;
        }
    }

    /// <summary>It has read.</summary>
    internal void EndWrite()
    {
        lock (_lock)
        {
            _writing = false;
        }
    }

    /// <summary>Time has passed. Returns what is to be done about it.</summary>
    internal WatchResult Tick(double seconds)
    {
        lock (_lock)
        {
            if (_writing)
            {
                _writingSeconds += seconds;
                if (IsTooSlow(_writingSeconds, _writingBytes, limits.MinResponseDataRate))
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
