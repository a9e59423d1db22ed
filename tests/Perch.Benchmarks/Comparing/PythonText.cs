using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Comparing;

/// <summary>What a user of Python apps asks for beside the server's CPU: requests, waiting, and what the workers take.</summary>
internal static class PythonText
{
    private const double MegaByte = 1024 * 1024;

    internal static void Write(TextWriter output, ScenarioReport report, IReadOnlyList<Pair> pairs)
    {
        var row = new TableRow(42, 7, 13, 7, 9, 12, 8, 6);
        output.WriteLine();
        output.WriteLine(row.Of("round by round", report.Scenario.Dialogue.Unit + "/s", "quartiles", "p99", "Python's", "µs", "memory", "MB"));
        foreach (Pair pair in pairs)
        {
            Summary Ratio(Func<Measurement, double> figure) => report.Ratio(pair.Server, pair.Baseline, figure);
            double Median(Func<Measurement, double> figure) => report.Summarize(pair.Server, figure).Median;
            Summary rate = Ratio(result => result.RequestsPerSecond);
            output.WriteLine(row.Of(
                pair.Title,
                Figures.Ratio(rate.Median),
                Figures.Span(rate.LowerQuartile, rate.UpperQuartile),
                Figures.Ratio(Ratio(result => result.P99Microseconds).Median),
                Figures.Ratio(Ratio(result => result.WorkersCpuMicroseconds).Median),
                Figures.Of(Median(result => result.WorkersCpuMicroseconds)),
                Figures.Ratio(Ratio(result => result.WorkerBytes).Median),
                Figures.Of(Median(result => result.WorkerBytes / MegaByte))));
        }
    }
}
