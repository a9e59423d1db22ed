using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Perch.Benchmarks.Measuring;

/// <summary>
/// CPU time, user and system together, in nanoseconds. On Linux from the scheduler's own clocks: /proc counts in steps of 10 ms,
/// which is too coarse for short rounds.
/// </summary>
internal static partial class CpuClock
{
    private const int ThisThread = 3;

    /// <summary>What the calling thread has used.</summary>
    internal static long OfThisThread() => OperatingSystem.IsLinux() ? Read(ThisThread) : Stopwatch.GetTimestamp() * 1_000_000_000 / Stopwatch.Frequency;

    /// <summary>What all threads of a process have used.</summary>
    internal static long Of(Process process)
    {
        if (OperatingSystem.IsLinux())
        {
            return OfProcess(process.Id);
        }

        process.Refresh();
        return (long)process.TotalProcessorTime.TotalNanoseconds;
    }

    /// <summary>The same by the process's number, on Linux.</summary>
    internal static long OfProcess(int process) =>
        // The clock id of a process, as clock_getcpuclockid(3) makes it: CPUCLOCK_SCHED is 2.
        Read((~process << 3) | 2);

    private static unsafe long Read(int clock)
    {
        nint* time = stackalloc nint[2];
        return GetTime(clock, time) == 0
            ? time[0] * 1_000_000_000L + time[1]
            : throw new InvalidOperationException("The CPU clock cannot be read: the server process has ended.");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, nint* time);
}
