using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Parsers;

/// <summary>The tables of <c>parsers</c>.</summary>
internal static class ParsersText
{
    internal static void Write(TextWriter output, ParsersResult result)
    {
        output.WriteLine();
        output.WriteLine(Figures.Text($"{result.Name}: {result.AverageLength:F0} bytes, {result.Variants} variants"));
        output.WriteLine();
        var row = new TableRow(24, 10, 17, 7, 14, 13);
        output.WriteLine(row.Of("parser", "ns a req", "quartiles", "GB/s", "times Kestrel", "quartiles"));
        foreach (ParserResult parser in result.Parsers)
        {
            output.WriteLine(parser.Absence is null ? Row(row, parser, result) : $"{parser.Name}: absent, {parser.Absence}");
        }

        output.Flush();
    }

    private static string Row(TableRow row, ParserResult parser, ParsersResult result)
    {
        Summary time = parser.Time;

        // As fast as, not as slow as: more is better in this column alone.
        Summary speed = result.Parsers[0].Against(parser);
        return row.Of(
            parser.Name,
            Figures.Of(time.Median),
            Figures.Of(time.LowerQuartile) + " – " + Figures.Of(time.UpperQuartile),
            Figures.Text($"{result.AverageLength / time.Median:F2}"),
            Figures.Text($"{speed.Median:F2}"),
            Figures.Span(speed.LowerQuartile, speed.UpperQuartile));
    }
}
