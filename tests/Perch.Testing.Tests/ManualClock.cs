namespace Perch.Testing.Tests;

/// <summary>A clock that only a test moves, so that a time-out comes when everything else has happened.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];

    internal static (ManualClock Clock, GatewayTestOptions Options) Create()
    {
        var clock = new ManualClock();
        return (clock, new GatewayTestOptions { TimeProvider = clock });
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Every time-out that runs now has passed.</summary>
    internal void Pass()
    {
        List<Timer> due;
        lock (_lock)
        {
            due = [.. _timers];
            _timers.Clear();
        }

        due.ForEach(timer => timer.Fire());
    }

    private sealed class Timer(ManualClock clock, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    clock._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, default);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
