using System.Diagnostics;
using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Load;
using Perch.Benchmarks.Scenarios;

namespace Perch.Benchmarks.Measuring;

/// <summary>A server that runs, with the connections of one scenario.</summary>
internal sealed class Contender(ServerProcess server, Scenario scenario, bool reconnects = false) : IDisposable
{
    // How many parts the warm-up has at least, and how many of them in a row must have left the JIT compiler without work.
    private const int WarmUpParts = 3;
    private const int QuietParts = 3;

    private const double MostStolen = 0.03;
    private const int MostTimes = 6;

    // A timer of the server that fires now and then brings a method or two.
    private const int QuietMethods = 2;

    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(20);

    // Shorter parts could pass before the JIT compiler has begun with what they gave it to do.
    private static readonly TimeSpan LeastPart = TimeSpan.FromMilliseconds(100);

    private LoadSession _session = Connect(server, scenario);
    private int _compiledMethods;
    private int _warmUpParts;
    private int _quietParts;

    internal ServerProcess Server => server;

    internal Scenario Scenario => scenario;

    /// <summary>Whether it has answered enough requests, and its JIT compiler has nothing left to do.</summary>
    internal bool IsWarm => _warmUpParts >= WarmUpParts && _quietParts >= QuietParts;

    /// <summary>
    /// One part of the warm-up. Tier 1 is compiled in the background, after a pause, and on the core that the requests need: so the
    /// parts of all servers take turns, and each server has time to compile while the others have theirs.
    /// </summary>
    internal void WarmUp()
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            Load(LoadBudget.Requests(Math.Max(1, scenario.WarmUp / WarmUpParts)));
        }
        while (Stopwatch.GetElapsedTime(start) < LeastPart);

        int compiled = server.Mark().CompiledMethods;
        _quietParts = compiled - _compiledMethods <= QuietMethods ? _quietParts + 1 : 0;
        _compiledMethods = compiled;
        _warmUpParts++;
    }

    /// <summary>
    /// Measures one round; again, if a hypervisor took much of its time, which is nothing of the server's. What is left after some times
    /// is the calmest.
    /// </summary>
    internal Measurement Measure(int requests, TimeSpan time)
    {
        Measurement calmest = MeasureOnce(requests, time);
        int discarded = 0;
        while (IsDisturbed(calmest) && discarded < MostTimes - 1)
        {
            Measurement next = MeasureOnce(requests, time);
            calmest = next.StolenShare < calmest.StolenShare ? next : calmest;
            discarded++;
        }

        return calmest with { Discarded = discarded };
    }

    /// <summary>The server has nothing else to do before and after it.</summary>
    private Measurement MeasureOnce(int requests, TimeSpan time)
    {
        if (reconnects)
        {
            LoadSession next = Connect(server, scenario);
            _session.Dispose();
            _session = next;

            // The ends of the old connections and the beginnings of the new ones are not measured.
            Load(LoadBudget.Requests(scenario.Connections * scenario.Depth));
            Thread.Sleep(Settling);
        }

        Mark before = server.Mark();
        long cpu = server.Cpu;
        long workersCpu = server.WorkersCpu;
        long clientCpu = CpuClock.OfThisThread();
        IReadOnlyCollection<int> cores = Cores.InUse;
        double stolen = StolenTime.Of(cores);
        LoadResult result = Load(new LoadBudget(requests, time));
        stolen = StolenTime.Of(cores) - stolen;
        clientCpu = CpuClock.OfThisThread() - clientCpu;

        // The last answers are here before the server has gone back to sleep.
        Thread.Sleep(2);
        cpu = server.Cpu - cpu;
        workersCpu = server.WorkersCpu - workersCpu;
        Mark after = server.Mark();
        return new Measurement
        {
            Requests = result.Requests,
            Seconds = result.Seconds,
            CpuMicroseconds = cpu / 1e3 / result.Requests,
            WorkersCpuMicroseconds = workersCpu / 1e3 / result.Requests,
            WorkerBytes = server.WorkerBytes,
            AllocatedBytes = (double)(after.AllocatedBytes - before.AllocatedBytes) / result.Requests,
            P50Microseconds = result.P50,
            P99Microseconds = result.P99,
            CompiledMethods = after.CompiledMethods - before.CompiledMethods,
            StolenShare = stolen / Math.Max(1, cores.Count) / result.Seconds,
            ClientShare = clientCpu / 1e9 / result.Seconds,
        };
    }

    /// <summary>A single step of the system's count says little of a short measurement: it takes two.</summary>
    private static bool IsDisturbed(Measurement result)
    {
        double step = StolenTime.Step / Cores.InUse.Count / result.Seconds;
        return result.StolenShare > Math.Max(MostStolen, 1.5 * step);
    }

    private static LoadSession Connect(ServerProcess server, Scenario scenario) => new(server.EndPoint, scenario.Dialogue, scenario.Connections, scenario.Depth);

    private LoadResult Load(LoadBudget budget)
    {
        try
        {
            return _session.Run(budget);
        }
        catch (WrongResponseException exception)
        {
            throw new BenchmarkException($"{server.Kind.Name}, {scenario.Name}: {exception.Message}", exception);
        }
    }

    public void Dispose() => _session.Dispose();
}
