namespace Perch;

/// <summary>
/// Fields after the body: <c>http.response.trailers</c>. Only after an <see cref="HttpResponseStart"/> that announced them, and
/// only where the scope offers the extension. Where the request does not allow them they are dropped (RFC 9110 §6.5.1).
/// </summary>
public sealed class HttpResponseTrailers : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="headers">The fields, names in lower case.</param>
    /// <param name="moreTrailers">Whether more trailers follow. Defaults to false, as in ASGI.</param>
    public HttpResponseTrailers(HeaderList headers, bool moreTrailers = false) : base(EventKind.HttpResponseTrailers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        Headers = headers;
        MoreTrailers = moreTrailers;
    }

    /// <summary>The fields.</summary>
    public HeaderList Headers { get; }

    /// <summary>Whether more trailers follow.</summary>
    public bool MoreTrailers { get; }
}
