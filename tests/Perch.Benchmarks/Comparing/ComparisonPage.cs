using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Reporting;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>The bars of a comparison.</summary>
internal static class ComparisonPage
{
    internal static Section Of(ScenarioReport report, IReadOnlyList<ServerKind> servers, IReadOnlyList<Pair> pairs) => new(
        Figures.Text($"{report.Scenario.Title}; {report.Connections} connections, {report.Rounds.Count} rounds"),
        [
            new Chart("Server CPU/" + report.Scenario.Dialogue.Unit, "µs", [
                .. servers.Select(kind => new Bar(kind.Title, report.Summarize(kind, result => result.CpuMicroseconds), Detail: DetailOf(report, kind))),
            ]),
            new Chart("CPU against, round by round", "", [
                .. pairs.Select(pair => new Bar(pair.Title, report.Ratio(pair.Server, pair.Baseline), pair.Goal)),
            ]),
        ],
        TextReport.Conditions(report));

    private static string DetailOf(ScenarioReport report, ServerKind kind)
    {
        double Median(Func<Measurement, double> figure) => report.Summarize(kind, figure).Median;
        return Figures.Text(
            $"{Median(result => result.AllocatedBytes):N2} bytes allocated; {Median(result => result.RequestsPerSecond):N0} a second; p99 {Median(result => result.P99Microseconds):N0} µs");
    }
}
