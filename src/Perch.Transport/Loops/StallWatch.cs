namespace Perch.Transport.Loops;

/// <summary>
/// Looks now and then whether a loop is held by an app that blocks, and has another thread go on with it. It sleeps for as long as all
/// loops do.
/// </summary>
internal sealed class StallWatch
{
    /// <summary>Rests when nothing has happened for a second: waking it up costs more than the looks.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _interval;
    private readonly TransportLog _log;
    private readonly object _rest = new();
    private EventLoop[] _loops = [];
    private volatile bool _isResting;
    private volatile bool _isStopping;

    /// <param name="interval">What a dispatch may last: it is taken over after one interval at the least, two at the most.</param>
    /// <param name="log">Told of each loop that was taken over, and of those that cannot be.</param>
    internal StallWatch(TimeSpan interval, TransportLog log)
    {
        _interval = interval;
        _log = log;
    }

    internal void Start(EventLoop[] loops)
    {
        _loops = loops;
        new Thread(Run) { IsBackground = true, Name = "perch loops watch" }.UnsafeStart();
    }

    /// <summary>A loop has something to do.</summary>
    internal void Wake()
    {
        if (_isResting)
        {
            lock (_rest)
            {
                _isResting = false;
                Monitor.Pulse(_rest);
            }
        }
    }

    internal void Stop()
    {
        _isStopping = true;
        lock (_rest)
        {
            _isResting = false;
            Monitor.Pulse(_rest);
        }
    }

    private void Run()
    {
        int most = Math.Max(1, (int)(Rest / _interval));
        int idle = 0;
        while (!_isStopping)
        {
            idle = Look() ? 0 : idle + 1;
            if (idle < most)
            {
                lock (_rest)
                {
                    // A stop does not wait for the time to pass.
                    _ = _isStopping || Monitor.Wait(_rest, _interval);
                }
            }
            else
            {
                RestUntilWoken();
                idle = 0;
            }
        }
    }

    private void RestUntilWoken()
    {
        _isResting = true;

        // What came before that was said is seen here; what comes after it wakes this thread.
        Interlocked.MemoryBarrier();
        if (Look())
        {
            _isResting = false;
            return;
        }

        lock (_rest)
        {
            while (_isResting && !_isStopping)
            {
                Monitor.Wait(_rest);
            }
        }
    }

    private bool Look()
    {
        bool isBusy = false;
        foreach (EventLoop loop in _loops)
        {
            LoopState state = loop.CheckProgress();
            isBusy |= state != LoopState.Rests;
            switch (state)
            {
                case LoopState.TakenOver:
                    _log.LoopTakenOver();
                    break;
                case LoopState.StandsStill:
                    _log.LoopStandsStill(loop);
                    break;
                default:
                    break;
            }
        }

        return isBusy;
    }
}
