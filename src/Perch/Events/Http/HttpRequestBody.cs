namespace Perch;

/// <summary>A part of the request's body, or all of it: <c>http.request</c>.</summary>
public sealed class HttpRequestBody : GatewayEvent
{
    private ReadOnlyMemory<byte> _body;
    private bool _moreBody;
    private bool _retired;

    /// <summary>Creates the event.</summary>
    /// <param name="body">The bytes; they are not copied.</param>
    /// <param name="moreBody">Whether another <c>http.request</c> follows. Defaults to false, as in ASGI.</param>
    public HttpRequestBody(ReadOnlyMemory<byte> body, bool moreBody = false) : base(EventKind.HttpRequestBody)
    {
        _body = body;
        _moreBody = moreBody;
    }

    /// <summary>The end of the body, with no bytes.</summary>
    public static HttpRequestBody Empty { get; } = new(default);

    /// <summary>The bytes. Valid until the next call of <see cref="Receive"/>: what is to be kept is copied.</summary>
    /// <exception cref="ObjectDisposedException">The next event has been received; noticed where the host does not reuse events.</exception>
    public ReadOnlyMemory<byte> Body
    {
        get
        {
            if (_retired)
            {
                ThrowRetired();
            }

            return _body;
        }
    }

    /// <summary>Whether another <c>http.request</c> follows.</summary>
    public bool MoreBody => _moreBody;

    /// <summary>For the host that owns this instance: the next part.</summary>
    internal void Renew(ReadOnlyMemory<byte> body, bool moreBody)
    {
        _body = body;
        _moreBody = moreBody;
    }

    /// <summary>For a host that does not reuse events: the memory is the host's again.</summary>
    internal void Retire()
    {
        _retired = true;
        _body = default;
    }

    private static void ThrowRetired() => throw new ObjectDisposedException(
        nameof(HttpRequestBody), "The memory of an http.request event is valid until the next receive(): copy what is to be kept.");
}
