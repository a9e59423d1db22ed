// The page leaves out what its reader does not need.
#pragma warning disable IDE0040

using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Perch.Tests.Docs;

/// <summary>The snippets of docs/apps.md: each region is compared with the page, and the tests run them.</summary>
internal static partial class DocSnippets
{
    // doc: hello
    static async Task Hello(Scope scope, Receive receive, Send send)
    {
        if (scope is not HttpScope) throw new UnsupportedScopeException(scope);
        await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
        await send(new HttpResponseBody("Hello, World!"u8));
    }
    // end

    // doc: echo
    static async Task Echo(Scope scope, Receive receive, Send send)
    {
        if (scope is not WebSocketScope) throw new UnsupportedScopeException(scope);
        await receive();                                   // websocket.connect
        await send(new WebSocketAccept());
        while (await receive() is WebSocketReceive message)
        {
            await send(WebSocketSend.Echo(message));       // over the message's own memory
        }
    }
    // end

    // doc: points
    static async Task Points(Scope scope, Receive receive, Send send)
    {
        if (scope is not HttpScope http) throw new UnsupportedScopeException(scope);
        await ((http.Method, http.RoutePath) switch
        {
            ("GET", "/") => send.TextAsync($"Hello, {http.GetQuery().GetValue("name") ?? "nobody"}!"),
            ("POST", "/save") => SaveAsync(http, receive, send),
            ("GET" or "HEAD", "/saved") => send.FileAsync(http, SavePath),
            ("GET", "/ticks") => send.EventsAsync(http, Ticks()),    // an IAsyncEnumerable<ServerSentEvent>
            _ => send.TextAsync("Not Found", 404),
        });
    }

    static async ValueTask SaveAsync(HttpScope http, Receive receive, Send send)
    {
        Point? point = await receive.ReadJsonAsync(AppJson.Default.Point, maxBytes: 10_000);
        await File.WriteAllTextAsync(SavePath, $"{point}");
        await send.RedirectAsync($"{http.RootPath}/saved");
    }
    // end

    internal sealed record Point(int X, int Y);

    [JsonSerializable(typeof(Point))]
    internal sealed partial class AppJson : JsonSerializerContext;

    private static async IAsyncEnumerable<ServerSentEvent> Ticks([EnumeratorCancellation] CancellationToken left = default)
    {
        for (int i = 0; i < 3; i++)
        {
            yield return new ServerSentEvent($"{i}", @event: "tick");
            await Task.Delay(1, left);
        }
    }

    internal static string SavePath { get; } = Path.Combine(Path.GetTempPath(), $"perch-{Guid.NewGuid():n}.txt");

    // doc: middleware
    static GatewayApp ServerName(GatewayApp next) => (scope, receive, send) => scope is not HttpScope
        ? next(scope, receive, send)                       // lifespan, WebSocket and TCP pass through
        : next(scope, receive, message => send(message switch
        {
            HttpResponseStart start => new HttpResponseStart(start.Status, [.. start.Headers, ("server", "Perch")], start.Trailers),
            HttpFullResponse full => new HttpFullResponse(full.Status, [.. full.Headers, ("server", "Perch")], full.Body),
            _ => message,
        }));
    // end

    internal static GatewayApp BuildMount()
    {
        // doc: mount
        GatewayApp app = new Mount()
            .Add("/points", Points)
            .Add("/echo", Echo)
            .AddFallback(Hello)
            .Build().With(ServerName);                     // of several, the first is outermost
        // end
        return app;
    }

    internal static GatewayApp BuildLifespan(GatewayApp app)
    {
        // doc: lifespan
        GatewayApp live = app.WithLifespan(
            start: async state =>
            {
                await Task.Delay(1);                       // open a pool, warm a cache
                state["greeting"] = "Hello";
            },
            stop: state => Task.CompletedTask);
        // end
        return live;
    }
}
