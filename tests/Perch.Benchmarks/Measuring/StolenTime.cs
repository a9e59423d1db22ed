using System.Globalization;

namespace Perch.Benchmarks.Measuring;

/// <summary>What a hypervisor has given to others while this machine had work to do. None, where the system does not say.</summary>
internal static class StolenTime
{
    /// <summary>The steps in which the system counts, in seconds: sysconf(_SC_CLK_TCK) is 100 on every Linux that .NET runs on.</summary>
    internal const double Step = 0.01;

    // proc(5): behind the processor's name, user, nice, system, idle, iowait, irq and softirq.
    private const int Column = 8;

    /// <summary>Of some cores since the start of the machine, in seconds.</summary>
    internal static double Of(IReadOnlyCollection<int> cores)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        HashSet<string> names = [.. cores.Select(core => string.Create(CultureInfo.InvariantCulture, $"cpu{core}"))];
        return File.ReadLines("/proc/stat")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > Column && names.Contains(columns[0]))
            .Sum(columns => double.Parse(columns[Column], CultureInfo.InvariantCulture)) * Step;
    }
}
