using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Reporting;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>Runs a comparison and reports it.</summary>
internal static class ComparisonCommand
{
    internal static int Run(Comparison comparison, ComparisonOptions options, ReadOnlySpan<string> args)
    {
        comparison = Narrow(comparison, options);
        var report = new ComparisonReport(ReportHead.Now(comparison.Command, args), options.Rounds);
        TextReport.WriteHead(Console.Out, report.Head);
        foreach (IGrouping<string, Scenario> group in comparison.Scenarios.GroupBy(scenario => scenario.Workload))
        {
            IReadOnlyList<ScenarioReport> scenarios = ComparisonRun.Run([.. group], comparison, options);
            foreach (ScenarioReport scenario in scenarios)
            {
                report.Scenarios.Add(scenario);
                TextReport.Write(Console.Out, scenario, comparison);
            }
        }

        options.Output.Write(report, () => [.. report.Scenarios.Select(scenario => ComparisonPage.Of(scenario, comparison.Servers, comparison.Pairs))]);
        return 0;
    }

    private static Comparison Narrow(Comparison comparison, ComparisonOptions options)
    {
        IReadOnlyList<ServerKind> servers = ServerCatalog.Runnable(Choice.Of(comparison.Servers, options.Servers, server => server.Name, "server"));
        return comparison with
        {
            Servers = servers,
            Scenarios = Choice.Of(comparison.Scenarios, options.Scenarios, scenario => scenario.Name, "scenario"),
            Pairs = [.. comparison.Pairs.Where(pair => servers.Contains(pair.Server) && servers.Contains(pair.Baseline))],
        };
    }
}
