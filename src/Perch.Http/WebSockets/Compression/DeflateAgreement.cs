namespace Perch.Http.WebSockets.Compression;

/// <summary>What client and server have agreed on for permessage-deflate (RFC 7692 §7.1).</summary>
/// <param name="ServerNoContextTakeover">§7.1.1.1: each message for the client is compressed on its own.</param>
/// <param name="ClientNoContextTakeover">§7.1.1.2: each message of the client's is compressed on its own.</param>
/// <param name="ServerMaxWindowBits">§7.1.2.1: how far back a message for the client may refer, as a power of two, 8 to 15.</param>
internal sealed record DeflateAgreement(bool ServerNoContextTakeover, bool ClientNoContextTakeover, int ServerMaxWindowBits);
