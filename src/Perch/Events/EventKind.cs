namespace Perch;

/// <summary>Every event there is; its ASGI name stands in <see cref="EventNames"/> at the same place.</summary>
internal enum EventKind : byte
{
    HttpRequestBody,
    HttpDisconnect,
    HttpResponseDebug,
    HttpResponseStart,
    HttpResponseEarlyHint,
    HttpResponseBody,
    HttpResponseZeroCopySend,
    HttpResponsePathSend,
    HttpResponseTrailers,
    HttpFullResponse,
    WebSocketConnect,
    WebSocketReceive,
    WebSocketDisconnect,
    WebSocketAccept,
    WebSocketSend,
    WebSocketClose,
    WebSocketHttpResponseStart,
    WebSocketHttpResponseBody,
    LifespanStartup,
    LifespanShutdown,
    LifespanStartupComplete,
    LifespanStartupFailed,
    LifespanShutdownComplete,
    LifespanShutdownFailed,
    TcpReceive,
    TcpDisconnect,
    TcpSend,
    TcpClose,
}
