using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Perch.Benchmarks.Parsers;

/// <summary>
/// The CPU time of this thread, in nanoseconds: other processes on the machine do not count. Where the system has no such clock, the
/// time of the wall.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    internal static double Now()
    {
        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess && ClockGetTime(ThreadCpuTime, out var time) == 0)
            return (time.Seconds * 1e9) + time.Nanoseconds;
        return Stopwatch.GetTimestamp() * 1e9 / Stopwatch.Frequency;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
