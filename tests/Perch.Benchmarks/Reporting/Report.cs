namespace Perch.Benchmarks.Reporting;

/// <summary>A run, raw: what a command found is added by its own kind of report.</summary>
internal abstract record Report(ReportHead Head);
