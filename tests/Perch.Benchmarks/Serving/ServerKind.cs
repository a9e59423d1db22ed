using Perch.Benchmarks.Workloads;

namespace Perch.Benchmarks.Serving;

/// <summary>A way to serve a workload.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What tables call it.</param>
/// <param name="StartAsync">Starts it on a port of 127.0.0.1 that the system chooses.</param>
internal sealed record ServerKind(string Name, string Title, Func<Workload, Task<RunningServer>> StartAsync);
