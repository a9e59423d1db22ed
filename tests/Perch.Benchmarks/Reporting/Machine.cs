using System.Runtime.InteropServices;
using Perch.Benchmarks.Measuring;

namespace Perch.Benchmarks.Reporting;

/// <summary>Where a run took place, as far as others need to know.</summary>
internal sealed record Machine(string Cpu, int Cores, bool Pinned, string Architecture, string System, string Runtime)
{
    internal static Machine This() => new(
        CpuName(),
        Environment.ProcessorCount,
        Measuring.Cores.AreApart,
        RuntimeInformation.ProcessArchitecture.ToString(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription);

    private static string CpuName()
    {
        const string Key = "model name";
        string? line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
