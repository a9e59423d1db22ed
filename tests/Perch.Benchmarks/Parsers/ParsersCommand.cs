using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Parsers;

/// <summary>The parsers of request heads, without a server.</summary>
internal static class ParsersCommand
{
    private const int QuickRounds = 3;

    internal static int Run(ReadOnlyMemory<string> args)
    {
        int rounds = 60;
        var output = new OutputOptions();
        var options = new OptionSet("parsers [options]");
        options.Integer("--rounds", $"rounds; in each of them every parser is measured once; {rounds} unless said otherwise", 1, 1000, value => rounds = value);
        output.AddTo(options);
        options.Flag("--quick", "checks that every parser takes every request, in a few rounds: its figures mean little", () => rounds = QuickRounds);
        if (!options.Parse(args.Span))
        {
            return 0;
        }

        var report = new ParsersReport(ReportHead.Now("parsers", args.Span), rounds);
        TextReport.WriteHead(Console.Out, report.Head);
        foreach (SampleRequests requests in SampleRequests.All)
        {
            ParsersResult result = ParsersBenchmark.Measure(requests, rounds);
            report.Requests.Add(result);
            ParsersText.Write(Console.Out, result);
        }

        output.Write(report, () => [.. report.Requests.Select(ParsersPage.Of)]);
        return 0;
    }
}
