namespace Perch.Benchmarks.Reporting;

/// <summary>A part of a page: charts, and what is to be known of them.</summary>
internal sealed record Section(string Title, IReadOnlyList<Chart> Charts, IReadOnlyList<string> Notes);
