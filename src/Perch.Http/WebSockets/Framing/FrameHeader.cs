namespace Perch.Http.WebSockets.Framing;

/// <summary>The header of a frame from the client (RFC 6455 §5.2), which has been found valid.</summary>
/// <param name="Opcode">What the frame is.</param>
/// <param name="IsFinal">FIN: the last fragment of its message.</param>
/// <param name="IsCompressed">RSV1, where permessage-deflate was agreed on (RFC 7692 §6).</param>
/// <param name="Length">The length of the payload.</param>
/// <param name="Mask">The masking key, its bytes as they came, for <see cref="Masking"/>.</param>
internal readonly record struct FrameHeader(Opcode Opcode, bool IsFinal, bool IsCompressed, long Length, uint Mask)
{
    /// <summary>RFC 6455 §5.5: the opcodes with the most significant bit.</summary>
    internal bool IsControl => Opcode >= Opcode.Close;
}
