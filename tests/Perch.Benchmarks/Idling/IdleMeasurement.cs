namespace Perch.Benchmarks.Idling;

/// <summary>What one idle connection takes of a server's memory, in bytes.</summary>
/// <param name="PrivateBytes">Of the process's private memory.</param>
/// <param name="HeapBytes">Of its managed heap.</param>
internal sealed record IdleMeasurement(double PrivateBytes, double HeapBytes);
