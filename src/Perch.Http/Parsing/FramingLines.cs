using System.Numerics;
using System.Runtime.CompilerServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// Picks the lines that matter for framing while the head is read, without a branch: their names are told apart by length and the first
/// four bytes, and each kind has a slot, which is its length. What it picked is looked at once, at the end; a line in a slot that is
/// already taken, or that only looks like it belongs there, sends the whole head to <see cref="Framing.Check"/>. What a slot holds counts
/// only when it was noted, so they are never cleared.
/// </summary>
internal ref struct FramingLines(Span<ulong> slots)
{
    /// <summary>The number of slots; the first takes the lines that do not matter.</summary>
    internal const int Length = 32;

    // By length of the name: the bits of its first four bytes that count, and what they are in lower case.
    private static ReadOnlySpan<ulong> Names =>
    [
        1, 1, 0x0000_FFFF_0000_6574, 1, 0xFFFF_FFFF_7473_6F68, 1, 0xFFFF_FFFF_6570_7865, 0xFFFF_FFFF_7267_7075,
        1, 1, 0xFFFF_FFFF_6E6E_6F63, 1, 1, 1, 0xFFFF_FFFF_746E_6F63, 1,
        1, 0xFFFF_FFFF_6E61_7274, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1,
    ];

    private readonly Span<ulong> _slots = slots;
    private uint _seen;
    private int _taken;

    /// <summary>Notes one line.</summary>
    /// <param name="start">The first four bytes of the line.</param>
    /// <param name="nameLength">The length of its name; <see cref="Length"/> for any that is longer.</param>
    /// <param name="entry">Its word in the table.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Note(uint start, int nameLength, ulong entry)
    {
        // No name that matters is as long as the table, and none is empty.
        var length = nameLength & (Length - 1);
        var name = Names[length];
        var difference = ((start | 0x2020_2020) & (uint)(name >> 32)) ^ (uint)name;

        // The length where there is no difference and zero where there is: a comparison would be compiled to a branch, which no processor
        // can predict.
        var isSame = (int)(((long)difference - 1) >> 63);
        var slot = length & isSame;
        _taken -= isSame;
        _seen |= 1u << slot;
        _slots[slot] = entry;
    }

    /// <summary>Applies the lines that were noted; false when only a look at all lines, in their order, can tell what they mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool TryApply<TIsa>(HeadWindow window, ref RequestHead head) where TIsa : struct, IScanIsa
    {
        const uint Unimportant = 1;
        const uint Host = 1 << (int)FramingField.Host;
        if (BitOperations.PopCount(_seen & ~Unimportant) != _taken) return false;
        if ((_seen & Host) != 0 && !Framing.TryHost<TIsa>(window, ref head, new FieldEntry(_slots[(int)FramingField.Host]))) return false;
        const uint Connection = 1 << (int)FramingField.Connection;
        var rest = _seen & ~(Unimportant | Host);
        if ((rest & Connection) != 0 && Framing.TryKeepAlive(window, ref head, new FieldEntry(_slots[(int)FramingField.Connection])))
            rest &= ~Connection;
        return rest == 0 || TryApplyRest(window.Bytes, rest, _slots, ref head);
    }

    private static bool TryApplyRest(ReadOnlySpan<byte> bytes, uint seen, ReadOnlySpan<ulong> slots, ref RequestHead head)
    {
        for (; seen != 0; seen &= seen - 1)
        {
            var field = (FramingField)BitOperations.TrailingZeroCount(seen);
            var entry = new FieldEntry(slots[(int)field]);
            if (Framing.Identify(entry.Name(bytes)) != field) return false;
            if (Framing.Apply(field, bytes, ref head, entry) != RejectReason.None) return false;
        }

        return true;
    }

    [InlineArray(Length)]
    internal struct Slots
    {
        private ulong _first;
    }
}
