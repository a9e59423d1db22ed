namespace Perch;

/// <summary>
/// A whole response in one event: <c>perch.http.response</c>. It is the same as an <see cref="HttpResponseStart"/> and a last
/// <see cref="HttpResponseBody"/>, for one call of <see cref="Send"/>.
/// </summary>
/// <remarks>Perch's own extension of that name: every Perch host offers it.</remarks>
public sealed class HttpFullResponse : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="status">The status code, 200 to 999.</param>
    /// <param name="headers">The headers, names in lower case. Defaults to none.</param>
    /// <param name="body">The body; it is not copied. Defaults to none.</param>
    public HttpFullResponse(int status, HeaderList? headers = null, ReadOnlyMemory<byte> body = default) : base(EventKind.HttpFullResponse)
    {
        Head = new ResponseHead(status, headers ?? HeaderList.Empty);
        Body = body;
    }

    /// <summary>The status code.</summary>
    public int Status => Head.Status;

    /// <summary>The headers.</summary>
    public HeaderList Headers => Head.Headers;

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    internal ResponseHead Head { get; }
}
