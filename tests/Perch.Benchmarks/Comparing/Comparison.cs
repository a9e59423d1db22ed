using Perch.Benchmarks.Reporting;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>What a command compares.</summary>
internal sealed record Comparison(string Command, IReadOnlyList<Scenario> Scenarios, IReadOnlyList<ServerKind> Servers, IReadOnlyList<Pair> Pairs)
{
    /// <summary>Whether each measurement opens its connections anew. A server of several processes has them fall to these differently each time.</summary>
    internal bool Reconnects { get; init; }

    /// <summary>Writes what there is to say of the pairs beside their CPU, or null.</summary>
    internal Action<TextWriter, ScenarioReport, IReadOnlyList<Pair>>? WriteMore { get; init; }
}
