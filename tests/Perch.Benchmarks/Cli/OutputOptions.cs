using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Cli;

/// <summary>The files that every command can leave.</summary>
internal sealed class OutputOptions
{
    private string? _jsonFile;
    private string? _htmlFile;

    internal void AddTo(OptionSet options)
    {
        options.Text("--json", "FILE", "writes every measurement, with machine and date", value => _jsonFile = value);
        options.Text("--html", "FILE", "writes a page with bars, for people", value => _htmlFile = value);
    }

    /// <summary>Writes what was asked for.</summary>
    internal void Write<TReport>(TReport report, Func<IReadOnlyList<Section>> sections)
        where TReport : Report
    {
        if (_jsonFile is not null)
        {
            JsonReport.Write(_jsonFile, report);
        }

        if (_htmlFile is not null)
        {
            HtmlReport.Write(_htmlFile, report, sections());
        }
    }
}
