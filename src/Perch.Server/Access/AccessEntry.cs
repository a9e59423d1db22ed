using System.Text;

namespace Perch.Server.Access;

/// <summary>A request that has been answered.</summary>
/// <param name="Scope">Its scope.</param>
/// <param name="Status">The status, or 101 for a WebSocket that was accepted; 0 if the app sent none.</param>
/// <param name="Bytes">The bytes of the body that the app sent, without those of files.</param>
/// <param name="Time">When it came.</param>
/// <param name="Duration">How long it took.</param>
internal readonly record struct AccessEntry(RequestScope Scope, int Status, long Bytes, DateTimeOffset Time, TimeSpan Duration)
{
    internal string Client => Scope.Client?.ToString() ?? "-";

    internal string ClientHost => Scope.Client?.Host ?? "-";

    internal string Method => Scope is HttpScope http ? http.Method : "GET";

    /// <summary>The path and the query as they came: percent-encoded, so that a line is a line whatever the client asks for.</summary>
    internal string Target
    {
        get
        {
            string path = Encoding.Latin1.GetString(Scope.RawPath.Span);
            return Scope.QueryString.IsEmpty ? path : $"{path}?{Encoding.Latin1.GetString(Scope.QueryString.Span)}";
        }
    }

    /// <summary>A field of the request.</summary>
    internal string? Field(string name) => Scope.Headers.GetValue(name);
}
