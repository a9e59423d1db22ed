using System.Diagnostics;
using System.Numerics;

namespace Perch.Benchmarks.Load;

/// <summary>Counts durations in buckets that are at most 3 % wide: 32 for each power of two. Recording allocates nothing.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[64 * SubBuckets];
    private long _total;

    internal void Clear()
    {
        Array.Clear(_counts);
        _total = 0;
    }

    internal void Record(long stopwatchTicks, int count)
    {
        _counts[IndexOf((ulong)Math.Max(0, stopwatchTicks))] += count;
        _total += count;
    }

    /// <summary>The duration that a share of all are not above, in microseconds.</summary>
    internal double Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(_total * share));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return MiddleOf(i) * 1e6 / Stopwatch.Frequency;
            }
        }

        return 0;
    }

    private static int IndexOf(ulong value)
    {
        if (value < SubBuckets)
        {
            return (int)value;
        }

        int shift = BitOperations.Log2(value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) - SubBuckets);
    }

    private static double MiddleOf(int index)
    {
        if (index < SubBuckets)
        {
            return index;
        }

        int shift = (index >> SubBits) - 1;
        double width = Math.ScaleB(1, shift);
        return (SubBuckets + (index & (SubBuckets - 1))) * width + width / 2;
    }
}
