using System.Buffers.Binary;

namespace Perch.Benchmarks.Load;

/// <summary>RFC 6455 §5.2: a client's frame, whole and masked.</summary>
internal static class ClientFrame
{
    private const byte FinalBinary = 0x82;
    private const byte Masked = 0x80;

    internal static byte[] Binary(ReadOnlySpan<byte> payload, uint key)
    {
        byte[] frame = new byte[14 + payload.Length];
        frame[0] = FinalBinary;
        int at;
        switch (payload.Length)
        {
            case <= 125:
                frame[1] = (byte)(Masked | payload.Length);
                at = 2;
                break;
            case <= ushort.MaxValue:
                frame[1] = Masked | 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                at = 4;
                break;
            default:
                frame[1] = Masked | 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
                at = 10;
                break;
        }

        Span<byte> mask = frame.AsSpan(at, 4);
        BinaryPrimitives.WriteUInt32BigEndian(mask, key);
        at += 4;
        for (int i = 0; i < payload.Length; i++)
        {
            frame[at + i] = (byte)(payload[i] ^ mask[i & 3]);
        }

        return frame[..(at + payload.Length)];
    }
}
