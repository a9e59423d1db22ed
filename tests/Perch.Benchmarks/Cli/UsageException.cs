namespace Perch.Benchmarks.Cli;

/// <summary>The command line is wrong: one line for the user, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
