using Perch.Benchmarks.Load;

namespace Perch.Benchmarks.Scenarios;

/// <summary>What clients ask for, and how.</summary>
/// <param name="Name">What options and JSON call it.</param>
/// <param name="Title">What tables call it.</param>
/// <param name="Workload">What servers must serve for it.</param>
/// <param name="Dialogue">The requests and their answers.</param>
/// <param name="Connections">How many connections there are.</param>
/// <param name="Depth">How many requests each connection sends before it reads.</param>
/// <param name="WarmUp">How many requests are sent at least before anything is measured: past the tiers of the JIT compiler.</param>
internal sealed record Scenario(
    string Name,
    string Title,
    string Workload,
    Dialogue Dialogue,
    int Connections,
    int Depth,
    int WarmUp);
