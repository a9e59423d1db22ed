namespace Perch.Benchmarks.Cli;

/// <summary>A server answered wrongly, or could not be measured: one line for the user, exit code 1.</summary>
internal sealed class BenchmarkException(string message, Exception? cause = null) : Exception(message, cause);
