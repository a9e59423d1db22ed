using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Load;
using Perch.Benchmarks.Scenarios;

namespace Perch.Benchmarks.Measuring;

/// <summary>A server that runs, with the connections of one scenario.</summary>
internal sealed class Contender(ServerProcess server, Scenario scenario) : IDisposable
{
    private const int WarmUpParts = 3;
    private const int MostWarmUpParts = 20;
    private const int QuietParts = 2;
    private const int PauseMilliseconds = 150;

    private readonly LoadSession _session = new(server.EndPoint, scenario.Request, scenario.Expected, scenario.Connections, scenario.Depth);

    internal ServerProcess Server => server;

    internal Scenario Scenario => scenario;

    /// <summary>
    /// Loads the server until it has answered enough requests and its JIT compiler has nothing left to do: tier 1 is compiled in the
    /// background, after a pause, and on the core that the requests need.
    /// </summary>
    internal void WarmUp()
    {
        int part = Math.Max(1, scenario.WarmUp / WarmUpParts);
        int quiet = 0;
        for (int i = 1; i <= MostWarmUpParts && (i <= WarmUpParts || quiet < QuietParts); i++)
        {
            int before = server.Mark().CompiledMethods;
            Load(LoadBudget.Requests(part));
            Thread.Sleep(PauseMilliseconds);
            quiet = server.Mark().CompiledMethods == before ? quiet + 1 : 0;
        }
    }

    /// <summary>Measures one round. The server has nothing else to do before and after it.</summary>
    internal Measurement Measure(int requests, TimeSpan time)
    {
        Mark before = server.Mark();
        long cpu = server.Cpu;
        long clientCpu = CpuClock.OfThisThread();
        LoadResult result = Load(new LoadBudget(requests, time));
        clientCpu = CpuClock.OfThisThread() - clientCpu;

        // The last answers are here before the server has gone back to sleep.
        Thread.Sleep(2);
        cpu = server.Cpu - cpu;
        Mark after = server.Mark();
        return new Measurement
        {
            Requests = result.Requests,
            Seconds = result.Seconds,
            CpuMicroseconds = cpu / 1e3 / result.Requests,
            AllocatedBytes = (double)(after.AllocatedBytes - before.AllocatedBytes) / result.Requests,
            P50Microseconds = result.P50,
            P99Microseconds = result.P99,
            CompiledMethods = after.CompiledMethods - before.CompiledMethods,
            ClientShare = clientCpu / 1e9 / result.Seconds,
        };
    }

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
