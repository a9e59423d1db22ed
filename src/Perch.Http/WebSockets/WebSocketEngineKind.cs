namespace Perch.Http;

/// <summary>Who speaks the WebSocket protocol.</summary>
public enum WebSocketEngineKind
{
    /// <summary>Perch's own engine: RFC 6455, RFC 7692, the same on every host.</summary>
    Perch,

    /// <summary>
    /// ASP.NET Core's WebSockets, for comparison: on Kestrel's HTTP stack alone. Of the options it has the message size, the pings, the close
    /// time-out, and compression on or off.
    /// </summary>
    System,

    /// <summary>Nobody: a request for a WebSocket is served as any other, as uvicorn's <c>--ws none</c>.</summary>
    None,
}
