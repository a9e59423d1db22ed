namespace Perch.Benchmarks.Cli;

/// <summary>A command: the first argument, what follows it, and the exit code.</summary>
internal sealed record Command(string Name, string Summary, Func<ReadOnlyMemory<string>, int> Run);
