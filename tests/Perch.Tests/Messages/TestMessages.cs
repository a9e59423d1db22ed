using Microsoft.Win32.SafeHandles;

namespace Perch.Tests.Messages;

/// <summary>A message for each column of each table, by its name there, and one of every kind there is.</summary>
internal static class TestMessages
{
    private static readonly SafeFileHandle NoFile = new();

    internal static readonly Dictionary<string, GatewayEvent> ByColumn = new()
    {
        ["http.response.debug"] = new HttpResponseDebug(new Dictionary<string, object?>()),
        ["http.response.start"] = new HttpResponseStart(200),
        ["http.response.start (trailers)"] = new HttpResponseStart(200, trailers: true),
        ["http.response.early_hint"] = new HttpResponseEarlyHint("</a.css>; rel=preload"),
        ["http.response.body (more_body)"] = new HttpResponseBody("a"u8, moreBody: true),
        ["http.response.body"] = new HttpResponseBody("b"u8),
        ["http.response.zerocopysend (more_body)"] = new HttpResponseZeroCopySend(NoFile, moreBody: true),
        ["http.response.zerocopysend"] = new HttpResponseZeroCopySend(NoFile),
        ["http.response.pathsend"] = new HttpResponsePathSend("/none"),
        ["http.response.trailers (more_trailers)"] = new HttpResponseTrailers([("x-sum", "1")], moreTrailers: true),
        ["http.response.trailers"] = new HttpResponseTrailers([("x-sum", "1")]),
        ["perch.http.response"] = new HttpFullResponse(200),
        ["websocket.accept"] = new WebSocketAccept(),
        ["websocket.send"] = new WebSocketSend("hello"),
        ["websocket.close"] = new WebSocketClose(),
        ["websocket.http.response.start"] = new WebSocketHttpResponseStart(403),
        ["websocket.http.response.body (more_body)"] = new WebSocketHttpResponseBody("a"u8, moreBody: true),
        ["websocket.http.response.body"] = new WebSocketHttpResponseBody("b"u8),
        ["lifespan.startup.complete"] = LifespanStartupComplete.Instance,
        ["lifespan.startup.failed"] = new LifespanStartupFailed("no"),
        ["lifespan.shutdown.complete"] = LifespanShutdownComplete.Instance,
        ["lifespan.shutdown.failed"] = new LifespanShutdownFailed("no"),
        ["tcp.send (more_data)"] = new TcpSend("a"u8.ToArray()),
        ["tcp.send"] = new TcpSend("b"u8.ToArray(), moreData: false),
        ["tcp.close"] = TcpClose.Instance,
    };

    /// <summary>What a host sends to an app: never a message of the app.</summary>
    internal static readonly GatewayEvent[] FromHost =
    [
        HttpRequestBody.Empty, HttpDisconnect.Instance, WebSocketConnect.Instance, new WebSocketReceive("hello"), new WebSocketDisconnect(),
        LifespanStartup.Instance, LifespanShutdown.Instance, new TcpReceive("a"u8.ToArray()), TcpDisconnect.Instance,
    ];

    internal static IEnumerable<GatewayEvent> All => [.. ByColumn.Values, .. FromHost];
}
