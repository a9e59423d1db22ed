using System.Text;

namespace Perch.Server.Access;

/// <summary>A request that has been answered.</summary>
/// <param name="Scope">Its scope.</param>
/// <param name="Status">The status, or 101 for a WebSocket that was accepted; 0 if there was none.</param>
/// <param name="Bytes">The bytes of the body that was sent, without those of files.</param>
/// <param name="Time">When it came.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="HasLine">Whether its request line is known: not of what was refused before it was read.</param>
internal readonly record struct AccessEntry(
    RequestScope Scope, int Status, long Bytes, DateTimeOffset Time, TimeSpan Duration, bool HasLine = true)
{
    /// <summary>What stands in a line for what is not known.</summary>
    internal const string Unknown = "-";

    internal string Client => Scope.Client?.ToString() ?? Unknown;

    internal string ClientHost => Scope.Client?.Host ?? Unknown;

    internal string? Method => !HasLine ? null : Scope is HttpScope http ? http.Method : "GET";

    /// <summary>The path and the query as they came: percent-encoded, so that a line is a line whatever the client asks for.</summary>
    internal string? Target
    {
        get
        {
            if (!HasLine)
            {
                return null;
            }

            string path = Encoding.Latin1.GetString(Scope.RawPath.Span);
            return Scope.QueryString.IsEmpty ? path : $"{path}?{Encoding.Latin1.GetString(Scope.QueryString.Span)}";
        }
    }

    internal string? Version => HasLine ? Scope.HttpVersion : null;

    /// <summary>The request line: <c>GET /path HTTP/1.1</c>.</summary>
    internal string? Line => HasLine ? $"{Method} {Target} HTTP/{Version}" : null;

    /// <summary>A field of the request.</summary>
    internal string? Field(string name) => Scope.Headers.GetValue(name);
}
