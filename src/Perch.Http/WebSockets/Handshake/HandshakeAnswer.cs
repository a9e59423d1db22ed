using Perch.Http.WebSockets.Compression;

namespace Perch.Http.WebSockets.Handshake;

/// <summary>What an accepted handshake answers beside what the app says (RFC 6455 §4.2.2).</summary>
internal sealed class HandshakeAnswer
{
    private HandshakeAnswer() { }

    /// <summary><c>Sec-WebSocket-Accept</c>; only for HTTP/1.1.</summary>
    internal required string AcceptKey { get; init; }

    /// <summary><c>Sec-WebSocket-Extensions</c>, or null for none.</summary>
    internal string? Extensions { get; private init; }

    /// <summary>What <see cref="Extensions"/> says of compression.</summary>
    internal DeflateAgreement? Deflate { get; private init; }

    /// <param name="headers">The headers of a handshake that has been checked.</param>
    /// <param name="options">What the server wants.</param>
    internal static HandshakeAnswer To(HeaderList headers, WebSocketGatewayOptions options)
    {
        DeflateAgreement? deflate = DeflateNegotiation.Negotiate(headers.GetValues("sec-websocket-extensions"), options, out string? extensions);
        return new HandshakeAnswer { AcceptKey = Handshake.AcceptKey.Of(headers.GetValue("sec-websocket-key") ?? ""), Extensions = extensions, Deflate = deflate };
    }
}
