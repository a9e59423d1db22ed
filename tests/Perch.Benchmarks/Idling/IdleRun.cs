using System.Diagnostics;
using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Load;
using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Idling;

/// <summary>
/// Measures what idle connections take. Each measurement has a fresh server process:
/// <list type="number">
/// <item>it is warmed until its JIT compiler has nothing to do, over connections that are closed then;</item>
/// <item>its memory is read;</item>
/// <item>the connections are opened, each makes one request;</item>
/// <item>its memory is read again, and each connection makes another request.</item>
/// </list>
/// </summary>
internal static class IdleRun
{
    // Always the same orders: two runs differ in what the machine did, not in this.
    private const int Seed = 20;

    // The JIT compiler begins with tier 1 when nothing new has come for 100 ms.
    private const int PauseMilliseconds = 150;

    // What is freed in the background (closed sockets, spare blocks) is gone when two readings agree.
    private const int MostReadings = 10;
    private const double Agreement = 0.002;
    private const int BetweenReadingsMilliseconds = 300;

    internal static IdleScenarioReport Run(IdleScenario scenario, IdleOptions options)
    {
        Cores.Pin(Cores.ForLoad);
        var report = new IdleScenarioReport(scenario, options.Connections);
        var random = new Random(Seed);
        for (int round = 0; round < options.Rounds; round++)
        {
            ServerKind[] order = [.. scenario.Servers];
            random.Shuffle(order);
            report.Rounds.Add(order.ToDictionary(kind => kind.Name, kind => Measure(kind, scenario, options)));
        }

        return report;
    }

    private static IdleMeasurement Measure(ServerKind kind, IdleScenario scenario, IdleOptions options)
    {
        using var server = ServerProcess.Start(kind, scenario.Load.Workload);
        server.AwaitListening();
        try
        {
            WarmUp(server, scenario, options);
            MemoryUse before = Settled(server);
            using var connections = new IdleConnections(server.EndPoint, scenario.Load.Dialogue);
            connections.Open(options.Connections);
            MemoryUse after = Settled(server);
            connections.AskAll();
            return new(
                (double)(after.Private - before.Private) / options.Connections,
                (double)(after.Heap - before.Heap) / options.Connections);
        }
        catch (WrongResponseException exception)
        {
            throw new BenchmarkException($"{kind.Name}, {scenario.Load.Name}: {exception.Message}", exception);
        }
    }

    private static void WarmUp(ServerProcess server, IdleScenario scenario, IdleOptions options)
    {
        using var contender = new Contender(server, scenario.Load);
        long start = Stopwatch.GetTimestamp();
        while (!contender.IsWarm && Stopwatch.GetElapsedTime(start) < options.LongestWarmUp)
        {
            contender.WarmUp();
            Thread.Sleep(PauseMilliseconds);
        }
    }

    private static MemoryUse Settled(ServerProcess server)
    {
        MemoryUse last = server.Memory();
        for (int i = 1; i < MostReadings; i++)
        {
            Thread.Sleep(BetweenReadingsMilliseconds);
            MemoryUse next = server.Memory();
            if (Math.Abs(next.Private - last.Private) <= last.Private * Agreement && Math.Abs(next.Heap - last.Heap) <= last.Heap * Agreement)
            {
                return next;
            }

            last = next;
        }

        return last;
    }
}
