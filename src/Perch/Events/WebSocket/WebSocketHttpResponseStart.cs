namespace Perch;

/// <summary>
/// Denies the WebSocket with an HTTP response: <c>websocket.http.response.start</c>. Only where the scope offers the extension
/// <c>websocket.http.response</c>.
/// </summary>
public sealed class WebSocketHttpResponseStart : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="status">The status code, 200 to 999.</param>
    /// <param name="headers">The headers, names in lower case. Defaults to none.</param>
    public WebSocketHttpResponseStart(int status, HeaderList? headers = null) : base(EventKind.WebSocketHttpResponseStart) =>
        Head = new ResponseHead(status, headers ?? HeaderList.Empty);

    /// <summary>The status code.</summary>
    public int Status => Head.Status;

    /// <summary>The headers.</summary>
    public HeaderList Headers => Head.Headers;

    internal ResponseHead Head { get; }
}
