namespace Perch;

/// <summary>The ASGI name of every event, in the order of <see cref="EventKind"/>. TCP events are Perch's own.</summary>
internal static class EventNames
{
    private static readonly string[] Names =
    [
        "http.request",
        "http.disconnect",
        "http.response.debug",
        "http.response.start",
        "http.response.early_hint",
        "http.response.body",
        "http.response.zerocopysend",
        "http.response.pathsend",
        "http.response.trailers",
        "perch.http.response",
        "websocket.connect",
        "websocket.receive",
        "websocket.disconnect",
        "websocket.accept",
        "websocket.send",
        "websocket.close",
        "websocket.http.response.start",
        "websocket.http.response.body",
        "lifespan.startup",
        "lifespan.shutdown",
        "lifespan.startup.complete",
        "lifespan.startup.failed",
        "lifespan.shutdown.complete",
        "lifespan.shutdown.failed",
        "tcp.receive",
        "tcp.disconnect",
        "tcp.send",
        "tcp.close",
    ];

    internal static string Of(EventKind kind) => Names[(int)kind];
}
