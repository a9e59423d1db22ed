using Perch.Benchmarks.Comparing;
using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Reporting;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Idling;

/// <summary>The tables of <c>idle</c>.</summary>
internal static class IdleText
{
    internal static void Write(TextWriter output, IdleScenarioReport report)
    {
        output.WriteLine();
        output.WriteLine(Figures.Text($"{report.Connections:N0} {report.Scenario.Load.Title}, {report.Rounds.Count} rounds"));
        output.WriteLine();
        var row = new TableRow(28, 14, 17, 15, 17);
        output.WriteLine(row.Of("bytes a connection", "private bytes", "quartiles", "managed heap", "quartiles"));
        foreach (ServerKind kind in report.Scenario.Servers)
        {
            Summary all = report.Summarize(kind, result => result.PrivateBytes);
            Summary heap = report.Summarize(kind, result => result.HeapBytes);
            output.WriteLine(row.Of(kind.Title, Bytes(all.Median), Bytes(all.LowerQuartile, all.UpperQuartile), Bytes(heap.Median), Bytes(heap.LowerQuartile, heap.UpperQuartile)));
        }

        if (report.Scenario.Pairs.Count > 0)
        {
            output.WriteLine();
            WritePairs(output, report);
        }

        output.Flush();
    }

    private static void WritePairs(TextWriter output, IdleScenarioReport report)
    {
        var row = new TableRow(52, 7, 11, 8, 11, 6);
        output.WriteLine(row.Of("round by round", "private", "quartiles", "heap", "quartiles", "goal"));
        foreach (Pair pair in report.Scenario.Pairs)
        {
            Summary all = report.Ratio(pair, result => result.PrivateBytes);
            Summary heap = report.Ratio(pair, result => result.HeapBytes);
            output.WriteLine(row.Of(
                pair.Title,
                Figures.Ratio(all.Median),
                Figures.Span(all.LowerQuartile, all.UpperQuartile),
                Figures.Ratio(heap.Median),
                Figures.Span(heap.LowerQuartile, heap.UpperQuartile),
                Figures.Goal(pair.Goal, all.Median)));
        }
    }

    private static string Bytes(double value) => Figures.Text($"{value:N0}");

    private static string Bytes(double low, double high) => Figures.Text($"{low:N0} – {high:N0}");
}
