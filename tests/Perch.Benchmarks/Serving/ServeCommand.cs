using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Workloads;

namespace Perch.Benchmarks.Serving;

/// <summary>One server in this process, until standard input ends: so that it ends with the process that started it.</summary>
internal static class ServeCommand
{
    internal static int Run(ReadOnlyMemory<string> args)
    {
        bool allocations = false;
        var options = new OptionSet($"serve SERVER WORKLOAD [options]; servers: {string.Join(", ", ServerCatalog.All.Select(kind => kind.Name))}");
        options.Flag("--allocations", "samples which types are allocated, for the control line 'types'", () => allocations = true);
        bool named = args.Length >= 2 && !args.Span[0].StartsWith('-') && !args.Span[1].StartsWith('-');
        if (!options.Parse(named ? args.Span[2..] : args.Span))
        {
            return 0;
        }

        if (!named)
        {
            throw new UsageException("serve needs a server and a workload.");
        }

        ServerKind kind = ServerCatalog.Find(args.Span[0]);
        Workload workload = WorkloadCatalog.Find(args.Span[1]);
        using AllocationSampler? sampler = allocations ? new AllocationSampler() : null;
        RunningServer server = kind.StartAsync(workload).GetAwaiter().GetResult();
        Console.WriteLine($"listening {server.Port}");
        new ControlChannel(sampler).Run();
        server.StopAsync().GetAwaiter().GetResult();
        return 0;
    }
}
