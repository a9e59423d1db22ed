using System.Numerics;
using System.Runtime.CompilerServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// Picks the lines that matter for framing while the head is read, without a branch: their names are told apart by length and the last
/// four letters. What it picked is looked at once, at the end; two lines of one kind send the whole head to <see cref="Framing.Check"/>.
/// Everything is in two registers: a store to a place that depends on the name would make every later load wait for the name.
/// </summary>
internal struct FramingLines
{
    // More than the longest name; a power of two.
    private const int Lengths = 32;

    // By length of the name: its last four letters in lower case. Before the two of "te" stand the CR and LF of the line before.
    private static ReadOnlySpan<uint> Endings =>
    [
        0, 0, 0x6574_2A2D, 0, 0x7473_6F68, 0, 0x7463_6570, 0x6564_6172, 0, 0, 0x6E6F_6974, 0, 0, 0, 0x6874_676E, 0,
        0, 0x676E_6964, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    // By length of the name: where the number of its line is kept in the word.
    private static ReadOnlySpan<byte> Shifts =>
    [
        0, 0, 48, 0, 0, 0, 32, 40, 0, 0, 8, 0, 0, 0, 16, 0,
        0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    // By place in the word.
    private static ReadOnlySpan<byte> Fields =>
    [
        (byte)FramingField.Host, (byte)FramingField.Connection, (byte)FramingField.ContentLength, (byte)FramingField.TransferEncoding,
        (byte)FramingField.Expect, (byte)FramingField.Upgrade, (byte)FramingField.Te,
    ];

    private ulong _numbers;
    private uint _count;

    /// <summary>Of the lines that matter there is but one, a Host. (None: the number of a far line of another kind left the word at its top.)</summary>
    internal readonly bool IsHostAlone => _count == 1 && _numbers - 1 < byte.MaxValue;

    /// <summary>Notes one line.</summary>
    /// <param name="number">The number of the line, from 1.</param>
    /// <param name="ending">The last four bytes of its name.</param>
    /// <param name="nameLength">The length of its name, not zero; 32 for any that is longer.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Note(int number, uint ending, uint nameLength)
    {
        var length = (int)(nameLength & (Lengths - 1));
        var difference = (ending | 0x2020_2020) ^ Endings[length];

        // All bits where there is no difference and none where there is: a comparison would be compiled to a branch, which no processor can
        // predict.
        var isSame = ((long)difference - 1) >> 63;
        _count -= (uint)isSame;
        _numbers |= (ulong)(number & isSame) << Shifts[length];
    }

    /// <summary>Applies the Host line when it is alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool TryApplyHost<TIsa>(HeadWindow window, ref RequestHead head, ReadOnlySpan<ulong> fields)
        where TIsa : struct, IScanIsa =>
        Framing.TryHost<TIsa>(window, ref head, new FieldEntry(fields[(int)_numbers - 1]));

    /// <summary>Applies the lines that were noted; false when only a look at all lines, in their order, can tell what they mean.</summary>
    internal readonly bool TryApply<TIsa>(HeadWindow window, ref RequestHead head, ReadOnlySpan<ulong> fields)
        where TIsa : struct, IScanIsa
    {
        // The numbers of two lines of one kind are mixed, and one that is longer than a byte as well.
        const ulong AllButTop = 0x7F7F_7F7F_7F7F_7F7F;
        var bytesInUse = (((_numbers & AllButTop) + AllButTop) | _numbers) & ~AllButTop;
        if (BitOperations.PopCount(bytesInUse) != _count || fields.Length > byte.MaxValue) return false;

        var numbers = _numbers;
        for (var place = 0; numbers != 0; place++, numbers >>= 8)
        {
            if ((byte)numbers == 0) continue;
            var entry = new FieldEntry(fields[(byte)numbers - 1]);
            var field = (FramingField)Fields[place];
            if (field == FramingField.Host)
            {
                if (!Framing.TryHost<TIsa>(window, ref head, entry)) return false;
                continue;
            }

            if (field == FramingField.Connection && Framing.TryKeepAlive(window, ref head, entry)) continue;
            if (Framing.Identify(entry.Name(window.Bytes)) != field) continue;
            if (Framing.Apply(field, window.Bytes, ref head, entry) != RejectReason.None) return false;
        }

        return true;
    }
}
