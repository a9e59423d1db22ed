namespace Perch.Benchmarks.Parsers;

/// <summary>A parser in the race.</summary>
internal abstract class Contender
{
    internal abstract string Name { get; }

    /// <summary>Why it is not here, or null.</summary>
    internal virtual string? Absence => null;

    /// <summary>Parses all variants, so many times over, and returns something that depends on the results. Throws when one is
    /// refused.</summary>
    internal abstract long Run(byte[][] variants, int times);

    protected InvalidOperationException Refused() => new($"{Name} refuses a request of the benchmark.");
}
