namespace Perch.Benchmarks.Reporting;

/// <summary>A run, raw.</summary>
internal sealed record Report(string Command, Machine Machine, DateTimeOffset Date, int Connections, int Rounds)
{
    public List<ScenarioReport> Scenarios { get; } = [];
}
