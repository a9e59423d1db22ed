using System.Buffers;
using System.Buffers.Binary;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>Frames as a client writes them, and as it reads the server's.</summary>
internal static class Frames
{
    internal const byte Final = 0x80;
    internal const byte Compressed = 0x40;

    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    /// <summary>A masked frame that is the whole of its message.</summary>
    internal static byte[] Client(Opcode opcode, ReadOnlySpan<byte> payload) => Client((byte)(Final | (byte)opcode), payload);

    /// <summary>A masked frame that others follow.</summary>
    internal static byte[] Part(Opcode opcode, ReadOnlySpan<byte> payload) => Client((byte)opcode, payload);

    internal static byte[] Client(byte first, ReadOnlySpan<byte> payload)
    {
        byte[] masked = payload.ToArray();
        for (int i = 0; i < masked.Length; i++)
        {
            masked[i] ^= Mask[i % 4];
        }

        return [first, .. Length(0x80, payload.Length), .. Mask, .. masked];
    }

    internal static byte[] Close(int code, string reason = "") => Client(Opcode.Close, ClosePayloadOf(code, reason));

    internal static byte[] ClosePayloadOf(int code, string reason = "") => [(byte)(code >> 8), (byte)code, .. System.Text.Encoding.UTF8.GetBytes(reason)];

    /// <summary>A frame of the server's.</summary>
    internal static byte[] Server(Opcode opcode, ReadOnlySpan<byte> payload) => Server((byte)(Final | (byte)opcode), payload);

    internal static byte[] Server(byte first, ReadOnlySpan<byte> payload) => [first, .. Length(0, payload.Length), .. payload];

    /// <summary>The input, cut into segments as long.</summary>
    internal static ReadOnlySequence<byte> Cut(byte[] bytes, params ReadOnlySpan<int> lengths)
    {
        Segment? first = null;
        Segment? last = null;
        int start = 0;
        foreach (int length in lengths)
        {
            int count = Math.Min(length, bytes.Length - start);
            last = new Segment(bytes.AsMemory(start, count), last);
            first ??= last;
            start += count;
        }

        last = new Segment(bytes.AsMemory(start), last);
        first ??= last;
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static byte[] Length(byte bit, int length)
    {
        byte[] bytes;
        switch (length)
        {
            case <= 125:
                return [(byte)(bit | length)];
            case <= 65535:
                bytes = [(byte)(bit | 126), 0, 0];
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(1), (ushort)length);
                return bytes;
            default:
                bytes = [(byte)(bit | 127), 0, 0, 0, 0, 0, 0, 0, 0];
                BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), length);
                return bytes;
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
