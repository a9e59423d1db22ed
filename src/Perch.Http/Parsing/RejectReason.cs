namespace Perch.Http.Parsing;

/// <summary>
/// Why a message is refused. Closed: <see cref="RejectReasons"/> gives each one its status code, its text for the client, its name for
/// logs and its metric tag, and there is no other place that does.
/// </summary>
internal enum RejectReason : byte
{
    None = 0,

    // The request line.
    LeadingEmptyLines,
    LeadingWhitespace,
    InvalidMethod,
    InvalidTarget,
    TargetFormMismatch,
    MissingVersion,
    InvalidVersion,
    UnsupportedVersion,
    RequestLineTooLong,

    // Field lines, of the head and of trailers.
    BareLineFeed,
    BareCarriageReturn,
    ObsoleteLineFolding,
    WhitespaceBeforeColon,
    EmptyFieldName,
    InvalidFieldName,
    InvalidFieldValue,
    HeadTooLarge,
    TooManyFields,

    // What the fields say about the message.
    MissingHost,
    RepeatedHost,
    InvalidHost,
    InvalidContentLength,
    DifferingContentLengths,
    InvalidTransferEncoding,
    UnsupportedTransferCoding,
    TransferEncodingWithContentLength,
    UnsupportedExpectation,

    // The body.
    InvalidChunkSize,
    InvalidChunkExtension,
    ChunkExtensionsTooLarge,
    InvalidChunkEnd,
    TrailersTooLarge,
    BodyTooLarge,

    // The opening handshake of a WebSocket.
    HandshakeMethod,
    HandshakeBody,
    HandshakeVersion,
    HandshakeSubprotocols,
    HandshakeExtensions,
    HandshakeKey,

    // What only the connection knows.
    TruncatedHead,
    TruncatedBody,
    HeadTimeout,
    BodyTimeout,
    BodyTooSlow,
    TooManyConnections,
}
