using System.Net;

namespace Perch.Server.Proxies;

/// <summary>
/// What a trusted proxy says of its client: <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c>. Each proxy adds on the
/// right, so they are read from the right, up to the first address that is no proxy of ours: what is left of it anybody may have written.
/// </summary>
internal static class ForwardedHeaders
{
    private const string For = "x-forwarded-for";
    private const string Proto = "x-forwarded-proto";
    private const string Host = "x-forwarded-host";
    private const string Prefix = "x-forwarded-prefix";

    internal static GatewayApp Wrap(GatewayApp app, TrustedProxies proxies) => (scope, receive, send) =>
        scope is RequestScope request && IsForwarded(request.Headers) && proxies.IsPeer(request.Client)
            ? app(Apply(request, proxies), receive, send)
            : app(scope, receive, send);

    private static bool IsForwarded(HeaderList headers) =>
        headers.Contains(For) || headers.Contains(Proto) || headers.Contains(Host) || headers.Contains(Prefix);

    private static RequestScope Apply(RequestScope scope, TrustedProxies proxies)
    {
        string[] clients = ValuesOf(scope.Headers, For);
        int hop = HopOfClient(clients, proxies);
        ScopeAddress? client = clients.Length > 0 ? AddressOf(clients[^(hop + 1)]) : scope.Client;
        string scheme = At(ValuesOf(scope.Headers, Proto), hop) is { } proto ? SchemeOf(proto, scope) : scope.Scheme;
        string prefix = At(ValuesOf(scope.Headers, Prefix), hop)?.TrimEnd('/') ?? "";
        prefix = prefix.StartsWith('/') ? prefix : "";
        HeaderList headers = At(ValuesOf(scope.Headers, Host), hop) is { Length: > 0 } host
            ? HeaderList.Create([.. scope.Headers.Without("host"), ("host", host)])
            : scope.Headers;
        return scope is HttpScope http
            ? new HttpScope(http) { Client = client, Scheme = scheme, Headers = headers, RootPath = prefix + http.RootPath, Path = prefix + http.Path }
            : new WebSocketScope((WebSocketScope)scope) { Client = client, Scheme = scheme, Headers = headers, RootPath = prefix + scope.RootPath, Path = prefix + scope.Path };
    }

    /// <summary>How many proxies stand before the client, counted from the right; all of them ours: the leftmost is the client.</summary>
    private static int HopOfClient(string[] clients, TrustedProxies proxies)
    {
        int hop = 0;
        while (hop < clients.Length - 1 && proxies.IsHost(AddressOf(clients[^(hop + 1)]).Host))
        {
            hop++;
        }

        return hop;
    }

    /// <summary>What the proxy next to the client said; one that says less than others is taken at its first word.</summary>
    private static string? At(string[] values, int hop) => values.Length == 0 ? null : values[Math.Max(0, values.Length - 1 - hop)];

    private static string[] ValuesOf(HeaderList headers, string name) =>
        [.. headers.GetValues(name).SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>An address with or without a port: <c>192.0.2.1</c>, <c>192.0.2.1:80</c>, <c>[2001:db8::1]:80</c>.</summary>
    private static ScopeAddress AddressOf(string text) => IPEndPoint.TryParse(text, out IPEndPoint? endPoint)
        ? new ScopeAddress(endPoint.Address.ToString(), endPoint.Port)
        : new ScopeAddress(text, 0);

    private static string SchemeOf(string proto, RequestScope scope) => (proto.ToLowerInvariant(), scope) switch
    {
        ("https" or "wss", HttpScope) => "https",
        ("http" or "ws", HttpScope) => "http",
        ("https" or "wss", _) => "wss",
        ("http" or "ws", _) => "ws",
        _ => scope.Scheme,
    };
}
