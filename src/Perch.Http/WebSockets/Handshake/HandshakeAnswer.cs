using Perch.Http.WebSockets.Compression;

namespace Perch.Http.WebSockets.Handshake;

/// <summary>What an accepted handshake answers beside what the app says (RFC 6455 §4.2.2).</summary>
/// <param name="AcceptKey"><c>Sec-WebSocket-Accept</c>; null where there was no key (RFC 8441 §5).</param>
/// <param name="Extensions"><c>Sec-WebSocket-Extensions</c>; null for none.</param>
/// <param name="Deflate">What <paramref name="Extensions"/> says of compression.</param>
internal sealed record HandshakeAnswer(string? AcceptKey, string? Extensions, DeflateAgreement? Deflate);
