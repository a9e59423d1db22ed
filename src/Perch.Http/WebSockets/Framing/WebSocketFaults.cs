namespace Perch.Http.WebSockets.Framing;

/// <summary>The table behind <see cref="WebSocketFault"/>.</summary>
internal static class WebSocketFaults
{
    private const int ProtocolError = 1002;
    private const int InvalidPayload = 1007;
    private const int TooBig = 1009;
    private const int InternalError = 1011;

    private readonly record struct Row(int Code, string Tag, string Text);

    private static readonly Row[] Rows = Array.ConvertAll(Enum.GetValues<WebSocketFault>(), Describe);

    /// <summary>The close code that the RFC names for it (§7.4.1).</summary>
    internal static int CloseCode(this WebSocketFault fault) => Rows[(int)fault].Code;

    /// <summary>The reason of the close frame. It repeats nothing of what the client sent.</summary>
    internal static string Text(this WebSocketFault fault) => Rows[(int)fault].Text;

    /// <summary>The value of the metric tag, in snake case.</summary>
    internal static string Tag(this WebSocketFault fault) => Rows[(int)fault].Tag;

    private static Row Describe(WebSocketFault fault) => fault switch
    {
        WebSocketFault.None => new(1000, "none", ""),

        WebSocketFault.ReservedBit => new(ProtocolError, "reserved_bit", "A reserved bit is set."),
        WebSocketFault.ReservedOpcode => new(ProtocolError, "reserved_opcode", "A reserved opcode."),
        WebSocketFault.NotMasked => new(ProtocolError, "not_masked", "A frame is not masked."),
        WebSocketFault.LongLength => new(ProtocolError, "long_length", "A length is not in its shortest form."),
        WebSocketFault.NegativeLength => new(ProtocolError, "negative_length", "A length has its top bit set."),
        WebSocketFault.LargeControlFrame => new(ProtocolError, "large_control_frame", "A control frame is longer than 125 bytes."),
        WebSocketFault.FragmentedControlFrame => new(ProtocolError, "fragmented_control_frame", "A control frame is fragmented."),
        WebSocketFault.UnexpectedContinuation => new(ProtocolError, "unexpected_continuation", "A continuation of nothing."),
        WebSocketFault.MissingContinuation => new(ProtocolError, "missing_continuation", "A new message inside a fragmented one."),

        WebSocketFault.TruncatedCloseCode => new(ProtocolError, "truncated_close_code", "A close frame of one byte."),
        WebSocketFault.InvalidCloseCode => new(ProtocolError, "invalid_close_code", "A close code that may not be sent."),
        WebSocketFault.InvalidCloseReason => new(InvalidPayload, "invalid_close_reason", "A close reason is not UTF-8."),

        WebSocketFault.MessageTooLarge => new(TooBig, "message_too_large", "The message is too large."),
        WebSocketFault.InvalidUtf8 => new(InvalidPayload, "invalid_utf8", "A text message is not UTF-8."),
        WebSocketFault.InvalidDeflate => new(InvalidPayload, "invalid_deflate", "A message cannot be inflated."),

        WebSocketFault.PingTimeout => new(InternalError, "ping_timeout", "No answer to a ping."),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
