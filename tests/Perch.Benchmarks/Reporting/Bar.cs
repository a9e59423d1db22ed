using Perch.Benchmarks.Measuring;

namespace Perch.Benchmarks.Reporting;

/// <summary>A bar as long as the median, with the quartiles marked, and a goal that it is not to pass.</summary>
/// <param name="Label">What it is of.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Goal">The highest median that is wanted, or null.</param>
/// <param name="Detail">Other figures, in words.</param>
internal sealed record Bar(string Label, Summary Value, double? Goal = null, string Detail = "");
