using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Reporting;

/// <summary>A file that a command leaves.</summary>
internal static class ReportFile
{
    internal static void Write(string file, string text)
    {
        try
        {
            File.WriteAllText(file, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"The results cannot be written: {exception.Message}", exception);
        }
    }
}
