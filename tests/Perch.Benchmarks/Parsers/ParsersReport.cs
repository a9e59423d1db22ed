using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Parsers;

/// <summary>A run of <c>parsers</c>, raw.</summary>
internal sealed record ParsersReport(ReportHead Head, int Rounds) : Report(Head)
{
    public List<ParsersResult> Requests { get; } = [];
}
