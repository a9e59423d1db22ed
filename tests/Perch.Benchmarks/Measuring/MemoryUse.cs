using System.Diagnostics;
using System.Globalization;

namespace Perch.Benchmarks.Measuring;

/// <summary>What a process holds in memory.</summary>
/// <param name="Heap">Bytes of the managed heap.</param>
/// <param name="Private">Bytes of the process that are in memory and its own: the heap, the runtime's structures, native memory.</param>
internal readonly record struct MemoryUse(long Heap, long Private)
{
    /// <summary>After two full collections, so that what finalizers release is gone too, and after the heap's spare memory was given back.</summary>
    internal static MemoryUse OfThisProcess()
    {
        Collect();
        GC.WaitForPendingFinalizers();
        Collect();
        return new(GC.GetTotalMemory(forceFullCollection: false), PrivateBytesOf(Environment.ProcessId));
    }

    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>The bytes of a process that are in memory and its own.</summary>
    internal static long PrivateBytesOf(int id)
    {
        const string Key = "RssAnon:";
        if (OperatingSystem.IsLinux() && File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line)
        {
            return long.Parse(line.AsSpan(Key.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
        }

        using var process = Process.GetProcessById(id);
        return process.PrivateMemorySize64;
    }
}
