using System.Text.Json;
using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Reporting;

/// <summary>A run for other programs to read.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static void Write(string file, Report report)
    {
        try
        {
            File.WriteAllText(file, JsonSerializer.Serialize(report, Options) + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"The results cannot be written: {exception.Message}", exception);
        }
    }
}
