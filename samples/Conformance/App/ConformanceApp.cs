using Conformance.Http;
using Conformance.WebSockets;
using Perch;

namespace Conformance.App;

/// <summary>The app: every host that it runs on must show the same behaviour.</summary>
internal sealed class ConformanceApp
{
    private readonly DisconnectLog _disconnects = new();
    private readonly HttpRoutes _http;

    internal ConformanceApp() => _http = new HttpRoutes(_disconnects);

    /// <summary>The gateway app.</summary>
    internal Task RunAsync(Scope scope, Receive receive, Send send) => scope switch
    {
        HttpScope http => WatchAsync(http, receive, send, (r, s) => _http.RunAsync(http, r, s)),
        WebSocketScope webSocket => WatchAsync(webSocket, receive, send, (r, s) => WebSocketRoutes.RunAsync(webSocket, r, s)),
        LifespanScope lifespan => Lifespan.RunAsync(lifespan, receive, send),
        _ => throw new UnsupportedScopeException(scope),
    };

    /// <summary>A connection that was opened with <c>?id=X</c> leaves a record of its end; any other runs as it is.</summary>
    private Task WatchAsync(RequestScope scope, Receive receive, Send send, Func<Receive, Send, Task> run)
    {
        if (scope.QueryString.IsEmpty || new Query(scope.QueryString).Find("id") is not { } id || scope.RoutePath == HttpRoutes.LastDisconnect)
        {
            return run(receive, send);
        }

        return new ConnectionWatch(receive, send).RunAsync(run, record => _disconnects.Add(id, record));
    }
}
