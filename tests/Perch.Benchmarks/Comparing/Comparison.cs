using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>What a command compares.</summary>
internal sealed record Comparison(string Command, IReadOnlyList<Scenario> Scenarios, IReadOnlyList<ServerKind> Servers, IReadOnlyList<Pair> Pairs);
