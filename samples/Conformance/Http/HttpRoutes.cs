using System.Collections.Frozen;
using Conformance.App;
using Perch;

namespace Conformance.Http;

/// <summary>Finds the route of a request.</summary>
internal sealed class HttpRoutes
{
    internal const string LastDisconnect = "/last-disconnect";

    /// <summary>The routes of any method.</summary>
    private readonly FrozenDictionary<string, HttpRoute> _any;

    /// <summary>The routes of GET, and so of HEAD (RFC 9110 §9.3.2).</summary>
    private readonly FrozenDictionary<string, HttpRoute> _get;

    internal HttpRoutes(DisconnectLog disconnects)
    {
        var state = new StateRoutes(disconnects);
        _any = new Dictionary<string, HttpRoute>
        {
            ["/echo"] = BodyRoutes.EchoAsync,
            ["/nobody-read"] = BodyRoutes.NobodyReadAsync,
        }.ToFrozenDictionary();
        _get = new Dictionary<string, HttpRoute>
        {
            ["/"] = BodyRoutes.HelloAsync,
            ["/stream"] = BodyRoutes.StreamAsync,
            ["/slow"] = BodyRoutes.SlowAsync,
            ["/raise"] = FailingRoutes.RaiseAsync,
            ["/raise-late"] = FailingRoutes.RaiseLateAsync,
            ["/bad-header"] = FailingRoutes.BadHeaderAsync,
            ["/cl-short"] = FailingRoutes.ContentLengthShortAsync,
            ["/cl-long"] = FailingRoutes.ContentLengthLongAsync,
            ["/trailers"] = ExtensionRoutes.TrailersAsync,
            ["/early-hints"] = ExtensionRoutes.EarlyHintsAsync,
            ["/file"] = FileRoute.RunAsync,
            ["/state"] = StateRoutes.StateAsync,
            [LastDisconnect] = state.LastDisconnectAsync,
        }.ToFrozenDictionary();
    }

    internal Task RunAsync(HttpScope scope, Receive receive, Send send) => Find(scope)(scope, receive, send);

    private HttpRoute Find(HttpScope scope)
    {
        string path = scope.RoutePath;
        if (_any.TryGetValue(path, out HttpRoute? route))
        {
            return route;
        }

        if (path.StartsWith("/scope", StringComparison.Ordinal) || path.EndsWith("/scope", StringComparison.Ordinal))
        {
            return ScopeRoute.RunAsync;
        }

        if (scope.Method is "GET" or "HEAD")
        {
            if (_get.TryGetValue(path, out route))
            {
                return route;
            }

            if (StatusRoute.Match(path) is { } status)
            {
                return (http, _, send) => StatusRoute.RunAsync(http, send, status);
            }
        }

        return Reply.NotFoundAsync;
    }
}
