namespace Perch.Benchmarks.Parsers;

/// <summary>What the parsers took for one kind of request.</summary>
/// <param name="Name">The kind.</param>
/// <param name="AverageLength">The average length of its variants, in bytes.</param>
/// <param name="Variants">How many variants there are.</param>
/// <param name="Parsers">The parsers; the first is what the others are compared with.</param>
internal sealed record ParsersResult(string Name, double AverageLength, int Variants, IReadOnlyList<ParserResult> Parsers);
