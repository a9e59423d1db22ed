using System.Diagnostics;
using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Reporting;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>
/// Measures servers side by side. All of them run at once, and each round loads one after the other in an order of its own: what
/// the machine does meanwhile then falls on all of them alike.
/// </summary>
internal static class ComparisonRun
{
    // Always the same orders: two runs differ in what the machine did, not in this.
    private const int Seed = 20;

    // The JIT compiler begins with tier 1 when nothing new has come for 100 ms.
    private const int PauseMilliseconds = 150;

    /// <summary>Runs scenarios that share a workload.</summary>
    internal static IReadOnlyList<ScenarioReport> Run(IReadOnlyList<Scenario> scenarios, Comparison comparison, ComparisonOptions options)
    {
        Cores.Pin(Cores.ForLoad);
        var servers = new List<ServerProcess>();
        var contenders = new List<Contender>();
        try
        {
            // One after the other: all at once they share the server's core, and the first is waited for as long as all of them take.
            foreach (ServerKind kind in comparison.Servers)
            {
                var server = ServerProcess.Start(kind, scenarios[0].Workload);
                servers.Add(server);
                server.AwaitListening();
            }

            foreach (Scenario scenario in scenarios)
            {
                contenders.AddRange(servers.Select(server => new Contender(server, scenario, comparison.Reconnects)));
            }

            WarmUp(contenders, options);
            return MeasureRounds(scenarios, contenders, options);
        }
        finally
        {
            contenders.ForEach(contender => contender.Dispose());
            servers.ForEach(server => server.Dispose());
        }
    }

    private static void WarmUp(List<Contender> contenders, ComparisonOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        while (contenders.Any(contender => !contender.IsWarm) && Stopwatch.GetElapsedTime(start) < options.LongestWarmUp)
        {
            contenders.ForEach(contender => contender.WarmUp());
            Thread.Sleep(PauseMilliseconds);
        }
    }

    private static ScenarioReport[] MeasureRounds(IReadOnlyList<Scenario> scenarios, List<Contender> contenders, ComparisonOptions options)
    {
        ScenarioReport[] reports = [.. scenarios.Select(scenario => new ScenarioReport(scenario))];
        var random = new Random(Seed);
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (ScenarioReport report in reports)
            {
                Contender[] order = [.. contenders.Where(contender => contender.Scenario == report.Scenario)];
                random.Shuffle(order);
                var results = new Dictionary<string, Measurement>();
                report.Rounds.Add(new RoundReport(Calibration.Take(), results));
                foreach (Contender contender in order)
                {
                    results.Add(contender.Server.Kind.Name, contender.Measure(options.RequestsPerRound, options.Time));
                }
            }
        }

        return reports;
    }
}
