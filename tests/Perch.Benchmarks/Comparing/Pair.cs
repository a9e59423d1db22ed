using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>Two servers that differ in one thing: what it costs is their ratio.</summary>
/// <param name="Server">The one with it.</param>
/// <param name="Baseline">The one without.</param>
/// <param name="Goal">The ratio that is wanted at most, or null.</param>
internal sealed record Pair(ServerKind Server, ServerKind Baseline, double? Goal)
{
    internal string Title => Server.Title + " / " + Baseline.Title;
}
