using System.Buffers.Binary;

namespace Perch.Http.WebSockets.Framing;

/// <summary>Writes the headers of a server's frames: never masked (RFC 6455 §5.1), lengths in their shortest form (§5.2).</summary>
internal static class FrameWriter
{
    /// <summary>The longest header of a frame that is not masked.</summary>
    internal const int MaxHeaderLength = 10;

    /// <summary>RFC 6455 §5.5: the longest payload of a control frame.</summary>
    internal const int MaxControlLength = 125;

    /// <summary>The length of the header for a payload.</summary>
    internal static int HeaderLength(long payload) => payload <= MaxControlLength ? 2 : payload <= ushort.MaxValue ? 4 : MaxHeaderLength;

    /// <summary>Writes the header of a frame that is the whole of its message.</summary>
    /// <param name="output">Where to write, <see cref="HeaderLength"/> bytes at least.</param>
    /// <param name="opcode">What the frame is.</param>
    /// <param name="isCompressed">RSV1 (RFC 7692 §6).</param>
    /// <param name="payload">The length of the payload.</param>
    /// <returns>The length of the header.</returns>
    internal static int WriteHeader(Span<byte> output, Opcode opcode, bool isCompressed, long payload)
    {
        output[0] = (byte)(0x80 | (isCompressed ? 0x40 : 0) | (byte)opcode);
        switch (HeaderLength(payload))
        {
            case 2:
                output[1] = (byte)payload;
                return 2;
            case 4:
                output[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(output[2..], (ushort)payload);
                return 4;
            default:
                output[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(output[2..], payload);
                return MaxHeaderLength;
        }
    }
}
