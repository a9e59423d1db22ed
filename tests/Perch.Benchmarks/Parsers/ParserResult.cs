using System.Text.Json.Serialization;
using Perch.Benchmarks.Measuring;

namespace Perch.Benchmarks.Parsers;

/// <summary>What one parser took.</summary>
/// <param name="Name">The parser.</param>
/// <param name="Absence">Why it is not here, or null.</param>
/// <param name="Nanoseconds">Nanoseconds a request, round by round; empty if it is not here.</param>
internal sealed record ParserResult(string Name, string? Absence, IReadOnlyList<double> Nanoseconds)
{
    [JsonIgnore]
    internal Summary Time => Summary.Of(Nanoseconds);

    /// <summary>Time against another parser's in the same round.</summary>
    internal Summary Against(ParserResult baseline) => Summary.Of(Nanoseconds.Zip(baseline.Nanoseconds, (own, other) => own / other));
}
