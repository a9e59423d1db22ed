using System.Globalization;
using Perch.Benchmarks.Comparing;
using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Reporting;

/// <summary>A run for people: tables of at most 100 columns.</summary>
internal static class TextReport
{
    internal static void WriteHead(TextWriter output, ReportHead head)
    {
        Machine machine = head.Machine;
        output.WriteLine(Figures.Text($"{head.Command}, {head.Date:yyyy-MM-dd HH:mm} UTC, {machine.Runtime}, {machine.Cores} cores, {machine.Cpu}"));
        output.WriteLine(machine.Pinned
            ? "Server and client on a core each, the same settings for all servers; medians over rounds, quartiles beside."
            : "Nothing is pinned: client and servers share all cores, so trust figures less. Medians over rounds, quartiles beside.");
    }

    internal static void Write(TextWriter output, ScenarioReport report, Comparison comparison)
    {
        output.WriteLine();
        output.WriteLine(Figures.Text($"{report.Scenario.Title}; {report.Connections} connections, {report.Rounds.Count} rounds"));
        output.WriteLine();
        WriteServers(output, report, comparison.Servers);
        if (comparison.Pairs.Count > 0)
        {
            output.WriteLine();
            WritePairs(output, report, comparison.Pairs);
            comparison.WriteMore?.Invoke(output, report, comparison.Pairs);
        }

        output.WriteLine();
        foreach (string line in Conditions(report))
        {
            output.WriteLine(line);
        }

        output.Flush();
    }

    private static void WriteServers(TextWriter output, ScenarioReport report, IReadOnlyList<ServerKind> servers)
    {
        string unit = report.Scenario.Dialogue.Unit;
        var row = new TableRow(26, 10, 13, 9, 9, 9, 10);
        output.WriteLine(row.Of("server", "CPU µs/" + unit, "quartiles", unit + "/s", "p50 µs", "p99 µs", "bytes/" + unit));
        foreach (ServerKind kind in servers)
        {
            Summary cpu = report.Summarize(kind, result => result.CpuMicroseconds);
            output.WriteLine(row.Of(
                kind.Title,
                Figures.Of(cpu.Median),
                Figures.Of(cpu.LowerQuartile) + " – " + Figures.Of(cpu.UpperQuartile),
                Figures.Text($"{report.Summarize(kind, result => result.RequestsPerSecond).Median:N0}"),
                Figures.Text($"{report.Summarize(kind, result => result.P50Microseconds).Median:N0}"),
                Figures.Text($"{report.Summarize(kind, result => result.P99Microseconds).Median:N0}"),
                Figures.Text($"{report.Summarize(kind, result => result.AllocatedBytes).Median:N2}")));
        }
    }

    private static void WritePairs(TextWriter output, ScenarioReport report, IReadOnlyList<Pair> pairs)
    {
        var row = new TableRow(52, 5, 11, 11, 10, 6);
        output.WriteLine(row.Of("CPU, round by round", "ratio", "quartiles", "min – max", "bytes more", "goal"));
        foreach (Pair pair in pairs)
        {
            Summary ratio = report.Ratio(pair.Server, pair.Baseline);
            double bytes = report.Summarize(pair.Server, result => result.AllocatedBytes).Median
                - report.Summarize(pair.Baseline, result => result.AllocatedBytes).Median;
            output.WriteLine(row.Of(
                pair.Title,
                Figures.Ratio(ratio.Median),
                Figures.Span(ratio.LowerQuartile, ratio.UpperQuartile),
                Figures.Span(ratio.Min, ratio.Max),
                Figures.Text($"{bytes:N2}"),
                Figures.Goal(pair.Goal, ratio.Median)));
        }
    }

    /// <summary>What tells whether the figures can be trusted.</summary>
    internal static IReadOnlyList<string> Conditions(ScenarioReport report)
    {
        double[] clocks = [.. report.Rounds.Select(round => round.Clock.CpuMilliseconds)];
        double fastest = clocks.Min();
        Measurement[] all = [.. report.Rounds.SelectMany(round => round.Servers.Values)];
        double contention = Summary.Of(report.Rounds.Select(round => round.Clock.WallMilliseconds / round.Clock.CpuMilliseconds)).Median;
        Summary client = Summary.Of(all.Select(result => result.ClientShare));
        Summary stolen = Summary.Of(all.Select(result => result.StolenShare));
        int compiling = all.Count(result => result.CompiledMethods > 0);
        return
        [
            Figures.Text($"clock, 1.00 is the fastest round ({fastest:0.0} ms):"),
            .. clocks.Chunk(18).Select(line => "  " + string.Join(' ', line.Select(clock => (clock / fastest).ToString("0.00", CultureInfo.InvariantCulture)))),
            Figures.Text($"wall/CPU of that loop {contention:0.00} (the server's core was shared if it is above 1)"),
            Figures.Text($"client busy {client.Median:P0} of its core, at most {client.Max:P0}; {compiling} of {all.Length} measurements with JIT work"),
            .. stolen.Max > 0 ? [Figures.Text(
                $"a hypervisor took {stolen.Median:P0} of the cores' time, at most {stolen.Max:P0} of a measurement's; {all.Sum(result => result.Discarded)} were taken again")] : Array.Empty<string>(),
        ];
    }
}
