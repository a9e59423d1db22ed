using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Comparing;

/// <summary>A run of a comparison, raw.</summary>
internal sealed record ComparisonReport(ReportHead Head, int Rounds) : Report(Head)
{
    public List<ScenarioReport> Scenarios { get; } = [];
}
