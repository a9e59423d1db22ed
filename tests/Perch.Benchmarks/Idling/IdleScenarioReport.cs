using System.Text.Json.Serialization;
using Perch.Benchmarks.Comparing;
using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Idling;

/// <summary>The rounds of one scenario: what each server took, in the order in which they were measured.</summary>
internal sealed record IdleScenarioReport([property: JsonIgnore] IdleScenario Scenario, int Connections)
{
    public string Name => Scenario.Load.Name;

    public List<Dictionary<string, IdleMeasurement>> Rounds { get; } = [];

    internal Summary Summarize(ServerKind kind, Func<IdleMeasurement, double> figure) => Summary.Of(Rounds.Select(round => figure(round[kind.Name])));

    /// <summary>What one server took against another in the same round.</summary>
    internal Summary Ratio(Pair pair, Func<IdleMeasurement, double> figure) => Summary.Of(
        Rounds.Select(round => figure(round[pair.Server.Name]) / figure(round[pair.Baseline.Name])));
}
