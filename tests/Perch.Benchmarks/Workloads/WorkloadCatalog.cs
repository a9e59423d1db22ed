using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Workloads;

/// <summary>All workloads.</summary>
internal static class WorkloadCatalog
{
    private static readonly Workload[] All =
        [new HelloWorkload(), new EchoWorkload(), new DownloadWorkload(), new ChunksWorkload(), new AnyWorkload(), new WebSocketWorkload(), new PythonWorkload("starlette"), new PythonWorkload("fastapi")];

    internal static Workload Find(string name) => All.FirstOrDefault(workload => workload.Name == name)
        ?? throw new UsageException($"There is no workload '{name}'; it is one of {string.Join(", ", All.Select(known => known.Name))}.");
}
