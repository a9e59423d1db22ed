using System.Buffers.Binary;
using System.Text;

namespace Perch.Python.Marshal;

/// <summary>
/// Reads values in Python's marshal format from a buffer that holds all of them. Every length is compared with what is there, nesting is
/// limited, and nothing is allocated but the text that is asked for. Whatever is wrong is a <see cref="MarshalException"/>.
/// </summary>
internal ref partial struct MarshalReader(ReadOnlySpan<byte> data)
{
    /// <summary>Set in a type code whose value may be referred to later by <c>r</c> (version 3).</summary>
    private const byte ReferenceFlag = 0x80;

    /// <summary>marshal writes an integer beyond 32 bits in digits of 15.</summary>
    private const int DigitBits = 15;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data = data;

    // Where the values begin that can be referred to; null as long as there are none, which is so in version 2.
    private List<int>? _referable;
    private int _position;
    private int _resume = NotInReference;

    /// <summary>Where the next value begins.</summary>
    internal readonly int Position => _position;

    /// <summary>Whether everything has been read.</summary>
    internal readonly bool IsAtEnd => _position == _data.Length;

    /// <summary>The code of the next value, a reference resolved.</summary>
    internal readonly MarshalCode Peek()
    {
        if (_position == _data.Length)
        {
            throw new MarshalException("A value was expected at the end.");
        }

        byte code = _data[_position];
        if (code == (byte)MarshalCode.Reference && _data.Length - _position > sizeof(int))
        {
            int index = BinaryPrimitives.ReadInt32LittleEndian(_data[(_position + 1)..]);
            code = _referable is not null && (uint)index < (uint)_referable.Count ? _data[_referable[index]] : code;
        }

        return (MarshalCode)(code & ~ReferenceFlag);
    }

    /// <summary>Reads the head of a tuple or list; its items follow.</summary>
    /// <returns>The number of items, no more than bytes are left.</returns>
    internal int ReadSequence()
    {
        int count = ReadCode() switch
        {
            MarshalCode.Tuple or MarshalCode.List or MarshalCode.Set or MarshalCode.FrozenSet => ReadCount(),
            MarshalCode.SmallTuple => ReadByte(),
            MarshalCode other => throw Unexpected(other, "a tuple or list"),
        };
        RefuseReference("a tuple or list");
        return count <= _data.Length - _position ? count : throw new MarshalException($"A sequence of {count} items in {_data.Length} bytes.");
    }

    /// <summary>Reads None, if that is what comes next.</summary>
    internal bool TryReadNone()
    {
        if (Peek() != MarshalCode.None)
        {
            return false;
        }

        ReadCode();
        EndReference();
        return true;
    }

    /// <summary>Reads True or False.</summary>
    internal bool ReadBoolean()
    {
        bool value = ReadCode() switch
        {
            MarshalCode.True => true,
            MarshalCode.False => false,
            MarshalCode other => throw Unexpected(other, "a bool"),
        };
        EndReference();
        return value;
    }

    /// <summary>Reads an int that fits 32 bits.</summary>
    internal int ReadInt32()
    {
        long value = ReadInt64();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new MarshalException($"{value} does not fit 32 bits.");
    }

    /// <summary>Reads an int that fits 64 bits.</summary>
    internal long ReadInt64()
    {
        long value = ReadCode() switch
        {
            MarshalCode.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))),
            MarshalCode.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long))),
            MarshalCode.Long => ReadDigits(),
            MarshalCode other => throw Unexpected(other, "an int"),
        };
        EndReference();
        return value;
    }

    /// <summary>Reads a float.</summary>
    internal double ReadFloat()
    {
        double value = ReadCode() switch
        {
            MarshalCode.Float => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double))),
            MarshalCode.FloatText => ReadFloatText(),
            MarshalCode other => throw Unexpected(other, "a float"),
        };
        EndReference();
        return value;
    }

    /// <summary>Reads bytes: a part of the buffer, not a copy.</summary>
    internal ReadOnlySpan<byte> ReadBytes() => ReadBytes(out _);

    /// <summary>Reads bytes, and where in the buffer they are.</summary>
    internal ReadOnlySpan<byte> ReadBytes(out int offset)
    {
        MarshalCode code = ReadCode();
        int length = code == MarshalCode.Bytes ? ReadCount() : throw Unexpected(code, "bytes");
        offset = _position;
        ReadOnlySpan<byte> bytes = Take(length);
        EndReference();
        return bytes;
    }

    /// <summary>Reads a str, as the UTF-8 (or ASCII) that it is in the buffer, and where that is.</summary>
    internal ReadOnlySpan<byte> ReadUtf8(out int offset)
    {
        int length = ReadCode() switch
        {
            MarshalCode.Text or MarshalCode.Interned or MarshalCode.Ascii or MarshalCode.AsciiInterned => ReadCount(),
            MarshalCode.ShortAscii or MarshalCode.ShortAsciiInterned => ReadByte(),
            MarshalCode other => throw Unexpected(other, "a str"),
        };
        offset = _position;
        ReadOnlySpan<byte> text = Take(length);
        EndReference();
        return text;
    }

    /// <summary>Reads a str.</summary>
    internal string ReadText()
    {
        ReadOnlySpan<byte> text = ReadUtf8(out _);
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            // Half a surrogate pair, which Python can hold and UTF-8 cannot.
            throw new MarshalException("A str has no UTF-8 form.");
        }
    }

    /// <summary>Reads a str or None.</summary>
    internal string? ReadOptionalText() => TryReadNone() ? null : ReadText();

    private static MarshalException Unexpected(MarshalCode code, string expected) => new($"Type code 0x{(byte)code:X2} where {expected} was expected.");

    private byte ReadByte() => Take(1)[0];

    private int ReadCount()
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        return count >= 0 ? count : throw new MarshalException($"A negative length: {count}.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _data.Length - _position)
        {
            throw new MarshalException($"{length} bytes at {_position} go beyond the end at {_data.Length}.");
        }

        ReadOnlySpan<byte> taken = _data.Slice(_position, length);
        _position += length;
        return taken;
    }

    private long ReadDigits()
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        int digits = count < 0 ? -Math.Max(count, -int.MaxValue) : count;
        ReadOnlySpan<byte> bytes = TakeDigits(digits);
        UInt128 magnitude = 0;
        for (int i = digits - 1; i >= 0; i--)
        {
            ushort digit = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
            if (digit >> DigitBits != 0)
            {
                throw new MarshalException("A digit of a long int has more than 15 bits.");
            }

            magnitude = (magnitude << DigitBits) | digit;
            if (magnitude > (UInt128)long.MaxValue + 1)
            {
                throw new MarshalException("An int does not fit 64 bits.");
            }
        }

        return (count < 0, magnitude) switch
        {
            (true, _) => (long)-(Int128)magnitude,
            (false, _) when magnitude <= (UInt128)long.MaxValue => (long)magnitude,
            _ => throw new MarshalException("An int does not fit 64 bits."),
        };
    }

    private ReadOnlySpan<byte> TakeDigits(int digits) =>
        digits <= _data.Length / 2 ? Take(digits * 2) : throw new MarshalException($"An int of {digits} digits in {_data.Length} bytes.");

    private double ReadFloatText()
    {
        ReadOnlySpan<byte> text = Take(ReadByte());
        return double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new MarshalException("A float that is not a number.");
    }
}
