using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Parsers;

/// <summary>The bars of <c>parsers</c>.</summary>
internal static class ParsersPage
{
    internal static Section Of(ParsersResult result)
    {
        ParserResult[] present = [.. result.Parsers.Where(parser => parser.Absence is null)];
        return new(
            Figures.Text($"{result.Name}: {result.AverageLength:F0} bytes"),
            [
                new Chart("Time a request", "ns", [.. present.Select(parser => new Bar(parser.Name, parser.Time, Detail: Speed(parser, result)))]),
                new Chart($"Time against {present[0].Name}, round by round", "", [.. present[1..].Select(parser => new Bar(parser.Name, parser.Against(present[0])))]),
            ],
            [.. result.Parsers.Where(parser => parser.Absence is not null).Select(parser => $"{parser.Name} is absent: {parser.Absence}")]);
    }

    private static string Speed(ParserResult parser, ParsersResult result) => Figures.Text($"{result.AverageLength / parser.Time.Median:F2} GB/s");
}
