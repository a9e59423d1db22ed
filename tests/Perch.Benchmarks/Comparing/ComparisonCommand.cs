using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Reporting;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>Runs a comparison and reports it.</summary>
internal static class ComparisonCommand
{
    internal static int Run(Comparison comparison, ComparisonOptions options)
    {
        comparison = Narrow(comparison, options);
        var report = new Report(comparison.Command, Machine.This(), DateTimeOffset.UtcNow, options.Connections, options.Rounds);
        TextReport.WriteHead(Console.Out, report);
        foreach (IGrouping<string, Scenario> group in comparison.Scenarios.GroupBy(scenario => scenario.Workload))
        {
            IReadOnlyList<ScenarioReport> scenarios = ComparisonRun.Run([.. group], comparison.Servers, options);
            foreach (ScenarioReport scenario in scenarios)
            {
                report.Scenarios.Add(scenario);
                TextReport.Write(Console.Out, scenario, comparison.Pairs);
            }
        }

        if (options.JsonFile is { } file)
        {
            JsonReport.Write(file, report);
        }

        return 0;
    }

    private static Comparison Narrow(Comparison comparison, ComparisonOptions options)
    {
        IReadOnlyList<ServerKind> servers = ServerCatalog.Runnable(Choose(comparison.Servers, options.Servers, server => server.Name, "server"));
        return comparison with
        {
            Servers = servers,
            Scenarios = Choose(comparison.Scenarios, options.Scenarios, scenario => scenario.Name, "scenario"),
            Pairs = [.. comparison.Pairs.Where(pair => servers.Contains(pair.Server) && servers.Contains(pair.Baseline))],
        };
    }

    private static IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all, IReadOnlyList<string>? names, Func<T, string> nameOf, string what)
    {
        if (names?.FirstOrDefault(name => !all.Any(item => nameOf(item) == name)) is { } unknown)
        {
            throw new UsageException($"There is no {what} '{unknown}' here; it is one of {string.Join(", ", all.Select(nameOf))}.");
        }

        return names is null ? all : [.. all.Where(item => names.Contains(nameOf(item)))];
    }
}
