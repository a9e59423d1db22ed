using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Perch.Http.WebSockets.Handshake;

/// <summary><c>Sec-WebSocket-Accept</c>: shows that who answers has understood that it is a WebSocket's handshake.</summary>
internal static class AcceptKey
{
    // RFC 6455 §1.3.
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>RFC 6455 §4.2.2, item 5.4: base64 of the SHA-1 of the key as it came, and the GUID.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 names SHA-1. Nothing is secret here.")]
    internal static string Of(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.Latin1.GetBytes(key + Guid)));
}
