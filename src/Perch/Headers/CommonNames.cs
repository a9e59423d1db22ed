using System.Collections.Frozen;
using System.Text;

namespace Perch;

/// <summary>Field names that occur often, so that a name costs no allocation in either direction.</summary>
internal static class CommonNames
{
    private static readonly string[] Names =
    [
        "accept", "accept-charset", "accept-encoding", "accept-language", "accept-ranges", "access-control-allow-credentials",
        "access-control-allow-headers", "access-control-allow-methods", "access-control-allow-origin", "access-control-expose-headers",
        "access-control-max-age", "access-control-request-headers", "access-control-request-method", "age", "allow", "alt-svc",
        "alt-used", "authorization", "baggage", "cache-control", "connection", "content-disposition", "content-encoding",
        "content-language", "content-length", "content-location", "content-md5", "content-range", "content-security-policy",
        "content-type", "cookie", "date", "dnt", "early-data", "etag", "expect", "expires", "forwarded", "from", "grpc-accept-encoding",
        "grpc-encoding", "grpc-message", "grpc-status", "grpc-timeout", "host", "if-match", "if-modified-since", "if-none-match",
        "if-range", "if-unmodified-since", "keep-alive", "last-modified", "link", "location", "max-forwards", "origin", "pragma",
        "priority", "proxy-authenticate", "proxy-authorization", "proxy-connection", "range", "referer", "referrer-policy",
        "request-id", "retry-after", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode",
        "sec-fetch-site", "sec-fetch-user", "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key",
        "sec-websocket-protocol", "sec-websocket-version", "server", "server-timing", "set-cookie", "strict-transport-security", "te",
        "traceparent", "tracestate", "trailer", "transfer-encoding", "translate", "upgrade", "upgrade-insecure-requests", "user-agent",
        "vary", "via", "warning", "www-authenticate", "x-content-type-options", "x-forwarded-for", "x-forwarded-host",
        "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-proto", "x-frame-options", "x-powered-by", "x-real-ip", "x-request-id",
        "x-requested-with", "x-xss-protection",
    ];

    private static readonly FrozenDictionary<string, byte[]> ByText =
        Names.ToFrozenDictionary(name => name, Encoding.ASCII.GetBytes, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Canonical =
        Names.ToFrozenDictionary(name => name, name => name, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int Longest = Names.Max(name => name.Length);

    /// <summary>The bytes of a name in lower case, or null if it is not a common one.</summary>
    internal static byte[]? Find(string name) => ByText.GetValueOrDefault(name);

    /// <summary>The name in lower case, or null if it is not a common one.</summary>
    internal static string? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > Longest)
        {
            return null;
        }

        Span<char> text = stackalloc char[Longest];
        Encoding.Latin1.GetChars(name, text);
        return Canonical.TryGetValue(text[..name.Length], out string? found) ? found : null;
    }
}
