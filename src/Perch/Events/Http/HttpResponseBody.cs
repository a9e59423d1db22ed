using System.Runtime.CompilerServices;

namespace Perch;

/// <summary>A part of the response's body, or its end: <c>http.response.body</c>.</summary>
public sealed class HttpResponseBody : GatewayEvent
{
    /// <summary>Creates the event over memory that is not copied: it must stay unchanged until <see cref="Send"/> has ended.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="moreBody">Whether more body follows. Defaults to false, as in ASGI.</param>
    [OverloadResolutionPriority(1)]
    public HttpResponseBody(ReadOnlyMemory<byte> body, bool moreBody = false) : base(EventKind.HttpResponseBody)
    {
        Body = body;
        MoreBody = moreBody;
    }

    /// <summary>Creates the event over a copy of the bytes.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="moreBody">Whether more body follows. Defaults to false, as in ASGI.</param>
    public HttpResponseBody(ReadOnlySpan<byte> body, bool moreBody = false) : this((ReadOnlyMemory<byte>)body.ToArray(), moreBody) { }

    /// <summary>The end of the body, with no bytes.</summary>
    public static HttpResponseBody Empty { get; } = new(ReadOnlyMemory<byte>.Empty);

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Whether more body follows.</summary>
    public bool MoreBody { get; }

    /// <summary>For the app that owns this instance, one request after the other.</summary>
    internal void Renew(ReadOnlyMemory<byte> body) => Body = body;
}
