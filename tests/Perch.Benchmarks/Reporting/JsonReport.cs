using System.Text.Json;

namespace Perch.Benchmarks.Reporting;

/// <summary>A run for other programs to read.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static void Write<TReport>(string file, TReport report)
        where TReport : Report => ReportFile.Write(file, JsonSerializer.Serialize(report, Options) + "\n");
}
