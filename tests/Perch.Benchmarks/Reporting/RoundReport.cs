using Perch.Benchmarks.Measuring;

namespace Perch.Benchmarks.Reporting;

/// <summary>One round: the clock, and each server in the order in which it was measured.</summary>
internal sealed record RoundReport(Calibration Clock, Dictionary<string, Measurement> Servers);
