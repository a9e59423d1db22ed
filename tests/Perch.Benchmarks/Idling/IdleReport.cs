using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Idling;

/// <summary>A run of <c>idle</c>, raw.</summary>
internal sealed record IdleReport(ReportHead Head) : Report(Head)
{
    public List<IdleScenarioReport> Scenarios { get; } = [];
}
