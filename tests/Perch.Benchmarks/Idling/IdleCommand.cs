using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Reporting;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Idling;

/// <summary>What a connection that waits takes of a server's memory.</summary>
internal static class IdleCommand
{
    internal static int Run(ReadOnlyMemory<string> args)
    {
        var options = new IdleOptions();
        if (!options.Parse(args.Span))
        {
            return 0;
        }

        DescriptorLimit.Require(options.Connections);
        var report = new IdleReport(ReportHead.Now("idle", args.Span));
        TextReport.WriteHead(Console.Out, report.Head);
        foreach (IdleScenario scenario in Choice.Of(IdleCatalog.All, options.Scenarios, scenario => scenario.Load.Name, "scenario"))
        {
            IdleScenarioReport result = IdleRun.Run(Narrow(scenario, options), options);
            report.Scenarios.Add(result);
            IdleText.Write(Console.Out, result);
        }

        options.Output.Write(report, () => [.. report.Scenarios.Select(IdlePage.Of)]);
        return 0;
    }

    private static IdleScenario Narrow(IdleScenario scenario, IdleOptions options)
    {
        IReadOnlyList<ServerKind> servers = Choice.Of(scenario.Servers, options.Servers, server => server.Name, "server");
        return scenario with { Servers = servers, Pairs = [.. scenario.Pairs.Where(pair => servers.Contains(pair.Server) && servers.Contains(pair.Baseline))] };
    }
}
