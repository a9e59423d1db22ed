using System.ComponentModel;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Perch.Benchmarks.Measuring;

/// <summary>
/// Who runs where: the load on one core, the server on another, so that they do not take each other's time or caches. Where the
/// system has no two cores, or is not Linux, nothing is pinned.
/// </summary>
internal static partial class Cores
{
    private static readonly ulong[] Allowed = OperatingSystem.IsLinux() ? Get() : [];

    /// <summary>Whether there is a core for each.</summary>
    internal static bool AreApart { get; private set; } = Allowed.Sum(BitOperations.PopCount) > 1;

    internal static int ForLoad { get; } = AreApart ? Nth(0) : 0;

    internal static int ForServer { get; } = AreApart ? Nth(1) : 0;

    /// <summary>Those that client and servers run on.</summary>
    internal static IReadOnlyCollection<int> InUse => AreApart
        ? [ForLoad, ForServer]
        : [.. Enumerable.Range(0, Allowed.Length * 64).Where(core => (Allowed[core / 64] >> (core % 64) & 1) != 0)];

    /// <summary>From now on nothing is pinned: servers of several processes may use every core, and so may the load.</summary>
    internal static void Join() => AreApart = false;

    /// <summary>Keeps the calling thread, and processes that it starts, on a core.</summary>
    internal static void Pin(int core)
    {
        if (AreApart)
        {
            ulong[] mask = new ulong[Allowed.Length];
            mask[core / 64] = 1UL << (core % 64);
            Set(mask);
        }
    }

    private static int Nth(int rank)
    {
        int core = 0;
        while ((Allowed[core / 64] >> (core % 64) & 1) == 0 || rank-- > 0)
        {
            core++;
        }

        return core;
    }

    private static unsafe ulong[] Get()
    {
        ulong[] mask = new ulong[16];
        fixed (ulong* bits = mask)
        {
            return GetAffinity(0, (nuint)(mask.Length * sizeof(ulong)), bits) >= 0 ? mask : throw new Win32Exception();
        }
    }

    private static unsafe void Set(ulong[] mask)
    {
        fixed (ulong* bits = mask)
        {
            if (SetAffinity(0, (nuint)(mask.Length * sizeof(ulong)), bits) < 0)
            {
                throw new Win32Exception();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static unsafe partial int GetAffinity(int thread, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static unsafe partial int SetAffinity(int thread, nuint size, ulong* mask);
}
