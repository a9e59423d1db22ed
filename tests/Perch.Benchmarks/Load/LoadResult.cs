namespace Perch.Benchmarks.Load;

/// <summary>What the client saw. Latencies are from the sending of a batch to each answer in it, in microseconds.</summary>
internal sealed record LoadResult(int Requests, double Seconds, double P50, double P99);
