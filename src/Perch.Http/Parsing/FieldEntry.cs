using System.Runtime.CompilerServices;

namespace Perch.Http.Parsing;

/// <summary>
/// One field line as a word of 64 bits: where the name starts, where it ends (at the colon), and where the line ends (at its CR), 21
/// bits each. White space around the value is cut off when it is read: most values are never read.
/// </summary>
internal readonly struct FieldEntry(ulong word)
{
    /// <summary>The bits of a position, and so the limit of <see cref="HeadLimits.MaxHeadBytes"/>.</summary>
    internal const int PositionBits = 21;

    private const int Mask = (1 << PositionBits) - 1;

    internal int NameStart
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)word & Mask;
    }

    internal int NameEnd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(word >> PositionBits) & Mask;
    }

    internal int LineEnd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(word >> (2 * PositionBits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Pack(nuint nameStart, nuint nameEnd, nuint lineEnd) =>
        nameStart | ((ulong)nameEnd << PositionBits) | ((ulong)lineEnd << (2 * PositionBits));

    internal ReadOnlySpan<byte> Name(ReadOnlySpan<byte> head) => head[NameStart..NameEnd];

    internal ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head) => ValueRange(head).Of(head);

    // RFC 9112 5: field-line = field-name ":" OWS field-value OWS
    internal ByteRange ValueRange(ReadOnlySpan<byte> head)
    {
        var start = NameEnd + 1;
        var end = LineEnd;
        while (start < end && head[start] is (byte)' ' or (byte)'\t') start++;
        while (end > start && head[end - 1] is (byte)' ' or (byte)'\t') end--;
        return new ByteRange(start, end);
    }
}
