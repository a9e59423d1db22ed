namespace Perch.Python.Marshal;

/// <summary>Codes and references, and whole values that nobody wants.</summary>
internal ref partial struct MarshalReader
{
    /// <summary>Far deeper than a message is, and far from the end of the stack.</summary>
    private const int DeepestNesting = 64;

    private const int NotInReference = -1;

    /// <summary>Reads past the next value, whatever it is.</summary>
    internal void Skip() => Skip(0);

    private void Skip(int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new MarshalException($"Values are nested more than {DeepestNesting} deep.");
        }

        MarshalCode code = ReadCode();
        if (_resume != NotInReference)
        {
            // What is referred to has been read once already.
            EndReference();
            return;
        }

        switch (code)
        {
            case MarshalCode.None or MarshalCode.True or MarshalCode.False or MarshalCode.StopIteration or MarshalCode.Ellipsis:
                break;
            case MarshalCode.Int32:
                Take(sizeof(int));
                break;
            case MarshalCode.Int64 or MarshalCode.Float:
                Take(sizeof(long));
                break;
            case MarshalCode.Complex:
                Take(2 * sizeof(double));
                break;
            case MarshalCode.Long:
                TakeDigits(Math.Abs(Math.Max(System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))), -int.MaxValue)));
                break;
            case MarshalCode.FloatText or MarshalCode.ShortAscii or MarshalCode.ShortAsciiInterned:
                Take(ReadByte());
                break;
            case MarshalCode.ComplexText:
                Take(ReadByte());
                Take(ReadByte());
                break;
            case MarshalCode.Bytes or MarshalCode.Interned or MarshalCode.Text or MarshalCode.Ascii or MarshalCode.AsciiInterned:
                Take(ReadCount());
                break;
            case MarshalCode.SmallTuple:
                SkipItems(ReadByte(), depth);
                break;
            case MarshalCode.Tuple or MarshalCode.List or MarshalCode.Set or MarshalCode.FrozenSet:
                SkipItems(ReadCount(), depth);
                break;
            case MarshalCode.Slice:
                SkipItems(3, depth);
                break;
            case MarshalCode.Dict:
                SkipDict(depth);
                break;
            default:
                throw Unexpected(code, "a value");
        }
    }

    private void SkipItems(int count, int depth)
    {
        // An item has a byte at least, so that a count beyond the end ends the loop soon.
        for (int i = 0; i < count; i++)
        {
            Skip(depth + 1);
        }
    }

    private void SkipDict(int depth)
    {
        // Keys and values, up to a NULL where a key would be.
        while (_position < _data.Length && (_data[_position] & ~ReferenceFlag) != (byte)MarshalCode.Null)
        {
            Skip(depth + 1);
            Skip(depth + 1);
        }

        ReadByte();
    }

    /// <summary>Reads a type code. A reference is followed: what is read next lies where it points, until <see cref="EndReference"/>.</summary>
    private MarshalCode ReadCode()
    {
        int start = _position;
        byte code = ReadByte();
        if ((code & ReferenceFlag) != 0)
        {
            code &= unchecked((byte)~ReferenceFlag);
            (_referable ??= []).Add(start);
        }
        else if (code == (byte)MarshalCode.Reference)
        {
            int index = ReadCount();
            if (_referable is null || index >= _referable.Count)
            {
                throw new MarshalException($"A reference to value {index}, which has not come.");
            }

            _resume = _position;
            _position = _referable[index];
            code = (byte)(ReadByte() & ~ReferenceFlag);
        }

        return (MarshalCode)code;
    }

    /// <summary>A value has been read; if it was one that was referred to, what comes next follows the reference.</summary>
    private void EndReference()
    {
        if (_resume != NotInReference)
        {
            _position = _resume;
            _resume = NotInReference;
        }
    }

    /// <summary>
    /// marshal refers to texts, bytes and numbers that come again, which are read at once; a whole sequence that comes again would have
    /// to be read from two places at a time, and no message has one.
    /// </summary>
    private readonly void RefuseReference(string what)
    {
        if (_resume != NotInReference)
        {
            throw new MarshalException($"A reference to {what}.");
        }
    }
}
