namespace Perch;

/// <summary>
/// Status and headers of the response: <c>http.response.start</c>. It is held back until the first body event, with which it
/// leaves in one write.
/// </summary>
/// <remarks>Cache instances that are sent often: headers are checked and encoded once for each instance.</remarks>
public sealed class HttpResponseStart : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="status">The status code, 200 to 999.</param>
    /// <param name="headers">The headers, names in lower case. Defaults to none.</param>
    /// <param name="trailers">
    /// Whether an <c>http.response.trailers</c> follows the body. Only where the scope offers that extension. Defaults to false, as in ASGI.
    /// </param>
    public HttpResponseStart(int status, HeaderList? headers = null, bool trailers = false) : base(EventKind.HttpResponseStart)
    {
        Head = new ResponseHead(status, headers ?? HeaderList.Empty);
        Trailers = trailers;
    }

    /// <summary>The status code.</summary>
    public int Status => Head.Status;

    /// <summary>The headers.</summary>
    public HeaderList Headers => Head.Headers;

    /// <summary>Whether trailers follow the body.</summary>
    public bool Trailers { get; }

    internal ResponseHead Head { get; }
}
