using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perch.Http.WebSockets.Framing;

/// <summary>
/// Reads the headers of a client's frames and judges them, one after the other: each for itself, in the sequence, and by the size of the
/// message that they make up. A header is judged by as many of its bytes as are there; what is wrong is not waited for to end.
/// </summary>
/// <param name="maxMessageSize">The most payload bytes of a message.</param>
/// <param name="allowsCompressed">Whether permessage-deflate was agreed on.</param>
internal struct FrameReader(long maxMessageSize, bool allowsCompressed)
{
    /// <summary>The longest header of a masked frame: two bytes, eight of length, four of mask.</summary>
    internal const int MaxHeaderLength = 14;

    /// <summary>The shortest one: two bytes, four of mask.</summary>
    internal const int SmallHeaderLength = 6;

    /// <summary>RFC 6455 §5.5.</summary>
    private const int MaxControlLength = 125;

    private const byte FinalBit = 0x80;
    private const byte CompressedBit = 0x40;
    private const byte ReservedBits = 0x70;
    private const byte OpcodeBits = 0x0F;
    private const byte MaskBit = 0x80;
    private const byte LengthBits = 0x7F;
    private const byte Length16 = 126;
    private const byte Length64 = 127;

    private long _messageSize;
    private bool _isInsideMessage;
    private bool _isCompressed;

    /// <summary>
    /// Reads the header of the frame that almost all are: a message that is whole, short, not compressed, and there to its end. False says
    /// nothing of the frame: it is <see cref="Read"/> that judges.
    /// </summary>
    /// <param name="input">The bytes from the header's first one on.</param>
    /// <param name="payload">The length of the payload, which follows <see cref="SmallHeaderLength"/> bytes of header.</param>
    /// <param name="mask">The masking key.</param>
    /// <param name="isText">Whether it is text.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool TryReadSmall(ReadOnlySpan<byte> input, out int payload, out uint mask, out bool isText)
    {
        if (input.Length >= SmallHeaderLength)
        {
            payload = input[1] - MaskBit;
            mask = MemoryMarshal.Read<uint>(input[2..]);
            isText = input[0] == (FinalBit | (byte)Opcode.Text);
            return (isText || input[0] == (FinalBit | (byte)Opcode.Binary))
                && (uint)payload < Length16
                && payload <= input.Length - SmallHeaderLength
                && payload <= maxMessageSize
                && !_isInsideMessage;
        }

        payload = 0;
        mask = 0;
        isText = false;
        return false;
    }

    /// <summary>Reads a header.</summary>
    /// <param name="input">The bytes from the header's first one on; the same again, and more, after <see cref="FrameStatus.NeedMore"/>.</param>
    /// <param name="header">The header, once it is done.</param>
    /// <param name="length">How long the header is, once it is done.</param>
    /// <param name="fault">What is wrong, if it is rejected.</param>
    internal FrameStatus Read(ReadOnlySpan<byte> input, out FrameHeader header, out int length, out WebSocketFault fault)
    {
        header = default;
        length = 0;
        fault = WebSocketFault.None;
        if (input.IsEmpty)
        {
            return FrameStatus.NeedMore;
        }

        fault = JudgeFirst(input[0]);
        if (fault == WebSocketFault.None && input.Length > 1)
        {
            fault = JudgeSecond(input[0], input[1]);
        }

        if (fault != WebSocketFault.None)
        {
            return FrameStatus.Rejected;
        }

        if (input.Length < 2)
        {
            return FrameStatus.NeedMore;
        }

        int lengthEnd = (input[1] & LengthBits) switch { Length16 => 4, Length64 => 10, _ => 2 };
        if (input.Length < lengthEnd)
        {
            return FrameStatus.NeedMore;
        }

        long payload = PayloadLength(input, lengthEnd, out fault);
        bool isControl = ((Opcode)(input[0] & OpcodeBits)) >= Opcode.Close;
        if (fault == WebSocketFault.None && !isControl && payload > MaxWireSize(input[0]) - _messageSize)
        {
            // By its header: what cannot fit is refused before it comes.
            fault = WebSocketFault.MessageTooLarge;
        }

        if (fault != WebSocketFault.None)
        {
            return FrameStatus.Rejected;
        }

        if (input.Length < lengthEnd + sizeof(uint))
        {
            return FrameStatus.NeedMore;
        }

        length = lengthEnd + sizeof(uint);
        header = new FrameHeader(
            (Opcode)(input[0] & OpcodeBits), (input[0] & FinalBit) != 0, (input[0] & CompressedBit) != 0, payload, MemoryMarshal.Read<uint>(input[lengthEnd..]));
        if (!isControl)
        {
            _isInsideMessage = !header.IsFinal;
            _isCompressed = header.IsCompressed || (_isCompressed && header.Opcode == Opcode.Continuation);
            _messageSize = header.IsFinal ? 0 : _messageSize + payload;
        }

        return FrameStatus.Done;
    }

    /// <summary>
    /// What is inflated is counted then. Deflate makes no message longer by more than an eighth (RFC 1951 §3.2.6: nine bits for a byte), but
    /// one that inflates to nothing could go on for ever.
    /// </summary>
    private readonly long MaxWireSize(byte first)
    {
        bool isCompressed = (first & CompressedBit) != 0 || (_isCompressed && (Opcode)(first & OpcodeBits) == Opcode.Continuation);
        return isCompressed ? maxMessageSize + (maxMessageSize / 8) + 64 : maxMessageSize;
    }

    private readonly WebSocketFault JudgeFirst(byte first)
    {
        bool isFinal = (first & FinalBit) != 0;
        int reserved = first & ReservedBits;
        switch ((Opcode)(first & OpcodeBits))
        {
            case Opcode.Text or Opcode.Binary:
                // RFC 7692 §6: RSV1 is the first fragment's.
                if (reserved != 0 && !(reserved == CompressedBit && allowsCompressed))
                {
                    return WebSocketFault.ReservedBit;
                }

                // RFC 6455 §5.4: the fragments of one message are not interleaved with another's.
                return _isInsideMessage ? WebSocketFault.MissingContinuation : WebSocketFault.None;

            case Opcode.Continuation:
                if (reserved != 0)
                {
                    return WebSocketFault.ReservedBit;
                }

                return _isInsideMessage ? WebSocketFault.None : WebSocketFault.UnexpectedContinuation;

            case Opcode.Close or Opcode.Ping or Opcode.Pong:
                if (reserved != 0)
                {
                    return WebSocketFault.ReservedBit;
                }

                // RFC 6455 §5.5.
                return isFinal ? WebSocketFault.None : WebSocketFault.FragmentedControlFrame;

            default:
                return WebSocketFault.ReservedOpcode;
        }
    }

    private static WebSocketFault JudgeSecond(byte first, byte second)
    {
        // RFC 6455 §5.1: a server closes on a frame that is not masked.
        if ((second & MaskBit) == 0)
        {
            return WebSocketFault.NotMasked;
        }

        bool isControl = ((Opcode)(first & OpcodeBits)) >= Opcode.Close;
        return isControl && (second & LengthBits) > MaxControlLength ? WebSocketFault.LargeControlFrame : WebSocketFault.None;
    }

    /// <summary>RFC 6455 §5.2: "the minimal number of bytes MUST be used", and "the most significant bit MUST be 0".</summary>
    private static long PayloadLength(ReadOnlySpan<byte> input, int lengthEnd, out WebSocketFault fault)
    {
        fault = WebSocketFault.None;
        switch (lengthEnd)
        {
            case 4:
                ushort length16 = BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
                fault = length16 < Length16 ? WebSocketFault.LongLength : WebSocketFault.None;
                return length16;
            case 10:
                long length64 = BinaryPrimitives.ReadInt64BigEndian(input[2..]);
                fault = length64 < 0 ? WebSocketFault.NegativeLength : length64 <= ushort.MaxValue ? WebSocketFault.LongLength : WebSocketFault.None;
                return length64;
            default:
                return input[1] & LengthBits;
        }
    }
}
