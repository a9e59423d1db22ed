using System.Globalization;
using Conformance.App;
using Perch;

namespace Conformance.Http;

/// <summary><c>/status/NNN</c>: any status, also with a body that it does not allow.</summary>
internal static class StatusRoute
{
    private const string Prefix = "/status/";

    private static readonly HttpResponseBody Oops = new("oops"u8);

    /// <summary>The status that a path names, or null.</summary>
    internal static int? Match(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(path.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            ? status
            : null;

    internal static async Task RunAsync(HttpScope scope, Send send, int status)
    {
        await send(new HttpResponseStart(status));
        await send(new Query(scope.QueryString).Find("body") == "1" ? Oops : HttpResponseBody.Empty);
    }
}
