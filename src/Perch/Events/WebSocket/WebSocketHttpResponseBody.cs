using System.Runtime.CompilerServices;

namespace Perch;

/// <summary>A part of the body of a denial response, or its end: <c>websocket.http.response.body</c>.</summary>
public sealed class WebSocketHttpResponseBody : GatewayEvent
{
    /// <summary>Creates the event over memory that is not copied.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="moreBody">Whether more body follows. Defaults to false, as in ASGI.</param>
    [OverloadResolutionPriority(1)]
    public WebSocketHttpResponseBody(ReadOnlyMemory<byte> body, bool moreBody = false) : base(EventKind.WebSocketHttpResponseBody)
    {
        Body = body;
        MoreBody = moreBody;
    }

    /// <summary>Creates the event over a copy of the bytes.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="moreBody">Whether more body follows. Defaults to false, as in ASGI.</param>
    public WebSocketHttpResponseBody(ReadOnlySpan<byte> body, bool moreBody = false) : this((ReadOnlyMemory<byte>)body.ToArray(), moreBody) { }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whether more body follows.</summary>
    public bool MoreBody { get; }
}
