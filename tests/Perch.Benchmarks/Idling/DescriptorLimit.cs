using System.Globalization;
using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Idling;

/// <summary>
/// How many sockets a process may have: its descriptors. The .NET runtime raises its soft limit to the hard one, in the servers as
/// well, so the hard one decides.
/// </summary>
internal static class DescriptorLimit
{
    private const string Limits = "/proc/self/limits";
    private const string Key = "Max open files";

    /// <summary>What a process has open beside the connections.</summary>
    private const int Others = 300;

    /// <exception cref="BenchmarkException">There are too few for so many connections.</exception>
    internal static void Require(int connections)
    {
        if (OperatingSystem.IsLinux() && Hard() is { } limit && limit < connections + Others)
        {
            throw new BenchmarkException(
                $"{connections} connections need {connections + Others} descriptors, and a process may have {limit} here: raise the hard limit (ulimit -Hn, or nofile in limits.conf), or ask for fewer with --connections.");
        }
    }

    private static long? Hard()
    {
        string? line = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        string[] columns = line?[Key.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return columns.Length > 1 && long.TryParse(columns[1], NumberStyles.None, CultureInfo.InvariantCulture, out long hard) ? hard : null;
    }
}
