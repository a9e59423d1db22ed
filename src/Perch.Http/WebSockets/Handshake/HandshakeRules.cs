using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Perch.Http.Parsing;
using Perch.Http.WebSockets.Compression;

namespace Perch.Http.WebSockets.Handshake;

/// <summary>
/// What a request must be to open a WebSocket. Only asked where the request asks for one: an upgrade to anything else is ignored
/// (RFC 9110 §7.8), and so is one that <c>Connection</c> does not name, and any in HTTP/1.0.
/// </summary>
internal static class HandshakeRules
{
    /// <summary>RFC 6455 §4.1: the version that is spoken here, and the only one that a server may answer with.</summary>
    internal static ReadOnlySpan<byte> Version => "13"u8;

    private const int KeyLength = 16;

    /// <summary>RFC 6455 §4.2.1: the opening handshake of HTTP/1.1. Host is the HTTP parser's to check, Origin the app's.</summary>
    internal static RejectReason CheckUpgrade(
        bool isGet, bool hasBody, HeaderList headers, WebSocketGatewayOptions options, out HandshakeAnswer? answer)
    {
        answer = null;

        // Item 1.
        if (!isGet)
        {
            return RejectReason.HandshakeMethod;
        }

        // A body would stand where the first frame is looked for.
        if (hasBody)
        {
            return RejectReason.HandshakeBody;
        }

        RejectReason reason = CheckConnect(headers, options, out answer);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        // Item 5, and §11.3.1: one field.
        if (headers.GetValues("sec-websocket-key") is not [{ } key] || !IsKey(key))
        {
            return RejectReason.HandshakeKey;
        }

        answer = answer! with { AcceptKey = AcceptKey.Of(key) };
        return RejectReason.None;
    }

    /// <summary>RFC 8441 §5: the extended CONNECT of HTTP/2 has the version and the subprotocols, and no key.</summary>
    internal static RejectReason CheckConnect(HeaderList headers, WebSocketGatewayOptions options, out HandshakeAnswer? answer)
    {
        answer = null;

        // Item 6, and §11.3.5: the field is there once.
        if (headers.GetValues("sec-websocket-version") is not ["13"])
        {
            return RejectReason.HandshakeVersion;
        }

        // §11.3.4: 1#token.
        if (Subprotocols(headers).Any(name => !HeaderRules.IsToken(Encoding.Latin1.GetBytes(name))))
        {
            return RejectReason.HandshakeSubprotocols;
        }

        // §9.1: who receives what is not by the grammar must fail the connection.
        if (!DeflateNegotiation.TryNegotiate(headers.GetValues("sec-websocket-extensions"), options, out DeflateAgreement? deflate, out string? extensions))
        {
            return RejectReason.HandshakeExtensions;
        }

        answer = new HandshakeAnswer(AcceptKey: null, extensions, deflate);
        return RejectReason.None;
    }

    /// <summary>The subprotocols that the client offers. Several fields are one list (RFC 6455 §11.3.4), empty elements are none (RFC 9110 §5.6.1).</summary>
    internal static IReadOnlyList<string> Subprotocols(HeaderList headers) => !headers.Contains("sec-websocket-protocol") ? [] :
    [
        .. headers.GetValues("sec-websocket-protocol").SelectMany(value => value.Split(',')).Select(name => name.Trim(' ', '\t')).Where(name => name.Length > 0),
    ];

    /// <summary>16 bytes in base64.</summary>
    private static bool IsKey(string key)
    {
        if (key.Length != Base64.GetMaxEncodedToUtf8Length(KeyLength))
        {
            return false;
        }

        Span<byte> decoded = stackalloc byte[KeyLength + 2];
        return Base64.DecodeFromUtf8(Encoding.Latin1.GetBytes(key), decoded, out _, out int length) == OperationStatus.Done && length == KeyLength;
    }
}
