namespace Perch.Conformance.Clients;

/// <summary>A response, as it was on the wire.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Head">The status line and the fields, as they came.</param>
/// <param name="Headers">The fields; names in lower case.</param>
/// <param name="Body">The body without its framing, one char for each byte.</param>
/// <param name="Trailers">The fields after a chunked body; names in lower case.</param>
internal sealed record RawResponse(
    int Status,
    string Head,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string Body = "",
    IReadOnlyList<KeyValuePair<string, string>>? Trailers = null)
{
    /// <summary>The first value of a name, or null.</summary>
    internal string? Header(string name) => Headers.FirstOrDefault(header => header.Key == name).Value;

    /// <summary>All values of a name.</summary>
    internal string[] All(string name) => [.. Headers.Where(header => header.Key == name).Select(header => header.Value)];

    /// <summary>Whether the connection ends with it, as it says itself.</summary>
    internal bool SaysClose => All("connection").Contains("close", StringComparer.OrdinalIgnoreCase);
}
