namespace Perch.Http.WebSockets.Framing;

/// <summary>
/// Why a WebSocket is failed (RFC 6455 §7.1.7). Closed: <see cref="WebSocketFaults"/> gives each one its close code, its text for the
/// client and its metric tag, and there is no other place that does.
/// </summary>
internal enum WebSocketFault : byte
{
    None = 0,

    // Frames.
    ReservedBit,
    ReservedOpcode,
    NotMasked,
    LongLength,
    NegativeLength,
    LargeControlFrame,
    FragmentedControlFrame,
    UnexpectedContinuation,
    MissingContinuation,

    // Close frames.
    TruncatedCloseCode,
    InvalidCloseCode,
    InvalidCloseReason,

    // Messages.
    MessageTooLarge,
    InvalidUtf8,
    InvalidDeflate,

    // The connection.
    PingTimeout,
}
