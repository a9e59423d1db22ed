using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Perch.Python.Marshal;

/// <summary>Writes values in Python's marshal format, version 2: the last without references, which every Python 3 reads.</summary>
internal readonly struct MarshalWriter(ByteBuffer buffer)
{
    internal ByteBuffer Buffer => buffer;

    /// <summary>Begins a tuple, whose items are written next.</summary>
    internal void WriteTuple(int count)
    {
        if (count > byte.MaxValue)
        {
            WriteHead(MarshalCode.Tuple, count);
            return;
        }

        Span<byte> head = buffer.Append(2);
        head[0] = (byte)MarshalCode.SmallTuple;
        head[1] = (byte)count;
    }

    /// <summary>Begins a list, whose items are written next.</summary>
    internal void WriteList(int count) => WriteHead(MarshalCode.List, count);

    /// <summary>Begins a dict: keys and values are written next, then its end.</summary>
    internal void BeginDict() => buffer.Append(1)[0] = (byte)MarshalCode.Dict;

    internal void EndDict() => buffer.Append(1)[0] = (byte)MarshalCode.Null;

    internal void WriteNone() => buffer.Append(1)[0] = (byte)MarshalCode.None;

    internal void WriteBoolean(bool value) => buffer.Append(1)[0] = (byte)(value ? MarshalCode.True : MarshalCode.False);

    internal void WriteInt32(int value) => WriteHead(MarshalCode.Int32, value);

    /// <summary>Writes an int; beyond 32 bits in digits of 15, their count negative for a negative one.</summary>
    internal void WriteInt64(long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            WriteInt32((int)value);
            return;
        }

        const int DigitBits = 15;
        ulong magnitude = value < 0 ? (ulong)-value : (ulong)value;
        int digits = (64 - BitOperations.LeadingZeroCount(magnitude) + DigitBits - 1) / DigitBits;
        WriteHead(MarshalCode.Long, value < 0 ? -digits : digits);
        Span<byte> room = buffer.Append(digits * sizeof(ushort));
        for (; !room.IsEmpty; room = room[sizeof(ushort)..], magnitude >>= DigitBits)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(room, (ushort)(magnitude & ((1 << DigitBits) - 1)));
        }
    }

    internal void WriteFloat(double value)
    {
        Span<byte> room = buffer.Append(1 + sizeof(double));
        room[0] = (byte)MarshalCode.Float;
        BinaryPrimitives.WriteDoubleLittleEndian(room[1..], value);
    }

    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteHead(MarshalCode.Bytes, bytes.Length);
        bytes.CopyTo(buffer.Append(bytes.Length));
    }

    /// <summary>Writes a str of UTF-8 that is valid already.</summary>
    internal void WriteUtf8(ReadOnlySpan<byte> text)
    {
        WriteHead(MarshalCode.Text, text.Length);
        text.CopyTo(buffer.Append(text.Length));
    }

    /// <summary>Writes a str. Half a surrogate pair becomes U+FFFD.</summary>
    internal void WriteText(string text)
    {
        int start = buffer.Length;
        if (text.Length <= byte.MaxValue)
        {
            // Short ASCII has a code of its own, which Python need not decode.
            Span<byte> ascii = buffer.Append(2 + text.Length);
            if (Ascii.FromUtf16(text, ascii[2..], out _) == OperationStatus.Done)
            {
                ascii[0] = (byte)MarshalCode.ShortAscii;
                ascii[1] = (byte)text.Length;
                return;
            }

            buffer.Truncate(start);
        }

        Span<byte> room = buffer.Append(1 + sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = Encoding.UTF8.GetBytes(text, room[(1 + sizeof(int))..]);
        room[0] = (byte)MarshalCode.Text;
        BinaryPrimitives.WriteInt32LittleEndian(room[1..], length);
        buffer.Truncate(start + 1 + sizeof(int) + length);
    }

    /// <summary>Writes a str, or None for null.</summary>
    internal void WriteOptionalText(string? text)
    {
        if (text is null)
        {
            WriteNone();
        }
        else
        {
            WriteText(text);
        }
    }

    private void WriteHead(MarshalCode code, int number)
    {
        Span<byte> head = buffer.Append(1 + sizeof(int));
        head[0] = (byte)code;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], number);
    }
}
