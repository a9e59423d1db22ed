using System.Diagnostics;

namespace Perch.Benchmarks.Load;

/// <summary>How much load: a number of requests, a time, or both, whichever ends first. What was begun is always finished.</summary>
internal struct LoadBudget(int requests, TimeSpan time)
{
    private readonly long _deadline = time == Timeout.InfiniteTimeSpan ? long.MaxValue : Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
    private int _left = requests;

    internal static LoadBudget Requests(int count) => new(count, Timeout.InfiniteTimeSpan);

    /// <summary>Takes up to a number of requests.</summary>
    /// <returns>How many are granted; 0 at the end.</returns>
    internal int Take(int wanted)
    {
        int granted = _deadline != long.MaxValue && Stopwatch.GetTimestamp() >= _deadline ? 0 : Math.Min(wanted, _left);
        _left -= granted;
        return granted;
    }
}
