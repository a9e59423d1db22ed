using System.Text.Json.Serialization;
using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Reporting;

/// <summary>The rounds of one scenario.</summary>
internal sealed record ScenarioReport([property: JsonIgnore] Scenario Scenario)
{
    public string Name => Scenario.Name;

    public int Connections => Scenario.Connections;

    public int Depth => Scenario.Depth;

    public List<RoundReport> Rounds { get; } = [];

    internal IEnumerable<Measurement> Of(ServerKind kind) => Rounds.Select(round => round.Servers[kind.Name]);

    internal Summary Summarize(ServerKind kind, Func<Measurement, double> figure) => Summary.Of(Of(kind).Select(figure));

    /// <summary>CPU a request of one server against another's in the same round.</summary>
    internal Summary Ratio(ServerKind kind, ServerKind baseline) => Ratio(kind, baseline, result => result.CpuMicroseconds);

    /// <summary>A figure of one server against another's in the same round.</summary>
    internal Summary Ratio(ServerKind kind, ServerKind baseline, Func<Measurement, double> figure) => Summary.Of(
        Rounds.Select(round => figure(round.Servers[kind.Name]) / figure(round.Servers[baseline.Name])));
}
