using Perch.Benchmarks.Comparing;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Idling;

/// <summary>Connections that do nothing, on each of some servers.</summary>
/// <param name="Load">What each of them says once before it idles, and how the servers are warmed.</param>
/// <param name="Servers">The servers.</param>
/// <param name="Pairs">Which are compared.</param>
internal sealed record IdleScenario(Scenario Load, IReadOnlyList<ServerKind> Servers, IReadOnlyList<Pair> Pairs);
