using System.Globalization;

namespace Perch.Benchmarks.Reporting;

/// <summary>Figures as text, the same wherever the tool runs.</summary>
internal static class Figures
{
    internal static string Of(double value) => value.ToString(value >= 100 ? "N0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    internal static string Ratio(double value) => Text($"{value:0.000}");

    internal static string Span(double low, double high) => Text($"{low:0.00} – {high:0.00}");

    /// <summary>Whether a goal is met, and which; empty where there is none.</summary>
    internal static string Goal(double? goal, double reached) => goal is { } most ? Text($"{(reached <= most ? "≤" : ">")} {most:0.00}") : "";

    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
