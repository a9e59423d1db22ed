using System.Globalization;

namespace Perch.Benchmarks.Measuring;

/// <summary>What a hypervisor has given to others while this machine had work to do. None, where the system does not say.</summary>
internal static class StolenTime
{
    // proc(5): in the line of all processors, behind its name, user, nice, system, idle, iowait, irq and softirq.
    private const int Column = 8;

    // sysconf(_SC_CLK_TCK): 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Of all processors since the start of the machine, in seconds.</summary>
    internal static double Seconds
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return 0;
            }

            string[] columns = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return columns.Length > Column ? double.Parse(columns[Column], CultureInfo.InvariantCulture) / TicksPerSecond : 0;
        }
    }
}
