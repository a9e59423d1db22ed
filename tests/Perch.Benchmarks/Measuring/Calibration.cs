using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Perch.Benchmarks.Measuring;

/// <summary>
/// How fast the server's core is right now: a loop that always has the same work. CPU time that drifts tells of the clock and of
/// neighbours on the machine; wall time above it, of other processes on this core.
/// </summary>
/// <param name="CpuMilliseconds">CPU time of the loop.</param>
/// <param name="WallMilliseconds">Wall time of the loop.</param>
internal sealed record Calibration(double CpuMilliseconds, double WallMilliseconds)
{
    private const int Turns = 4_000_000;

    private static ulong _sink;

    internal static Calibration Take()
    {
        Cores.Pin(Cores.ForServer);
        long cpu = CpuClock.OfThisThread();
        long wall = Stopwatch.GetTimestamp();
        _sink = Spin(_sink | 1);
        var result = new Calibration((CpuClock.OfThisThread() - cpu) / 1e6, Stopwatch.GetElapsedTime(wall).TotalMilliseconds);
        Cores.Pin(Cores.ForLoad);
        return result;
    }

    // Each turn needs the last one's result: the time is that of the instructions, whatever the memory does.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ulong Spin(ulong x)
    {
        for (int i = 0; i < Turns; i++)
        {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }

        return x;
    }
}
