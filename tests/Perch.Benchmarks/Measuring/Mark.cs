namespace Perch.Benchmarks.Measuring;

/// <summary>What a server process tells of itself: since it started.</summary>
internal readonly record struct Mark(long AllocatedBytes, int CompiledMethods);
