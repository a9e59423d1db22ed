using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Idling;

/// <summary>The bars of <c>idle</c>.</summary>
internal static class IdlePage
{
    internal static Section Of(IdleScenarioReport report) => new(
        Figures.Text($"{report.Connections:N0} {report.Scenario.Load.Title}"),
        [
            Bars(report, "Private memory of the process, a connection", result => result.PrivateBytes),
            Bars(report, "Of that the managed heap, a connection", result => result.HeapBytes),
            new Chart("Private memory against", Unit: "", [
                .. report.Scenario.Pairs.Select(pair => new Bar(pair.Title, report.Ratio(pair, result => result.PrivateBytes), pair.Goal)),
            ]),
        ],
        ["Memory after a forced full collection, with the connections minus before them, by their number. Each connection has had one answer and waits."]);

    private static Chart Bars(IdleScenarioReport report, string title, Func<IdleMeasurement, double> figure) =>
        new(title, "bytes", [.. report.Scenario.Servers.Select(kind => new Bar(kind.Title, report.Summarize(kind, figure)))]);
}
