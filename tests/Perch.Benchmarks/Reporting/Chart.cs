namespace Perch.Benchmarks.Reporting;

/// <summary>Bars on one scale; less is better.</summary>
internal sealed record Chart(string Title, string Unit, IReadOnlyList<Bar> Bars);
