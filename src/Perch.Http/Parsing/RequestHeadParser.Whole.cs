using System.Numerics;
using System.Runtime.CompilerServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

// The way of the head that is whole and right. What it cannot say yes to, it leaves to ReadLines.
internal static partial class RequestHeadParser
{
    /// <summary>The line ends that are written for each block without asking how many there are.</summary>
    internal const int LinesAtOnce = 2;

    private const ushort CrLf = '\r' | ('\n' << 8);

    /// <summary>
    /// Two passes in step with how the processor works: the first finds all line ends in blocks of 64 bytes, the second reads the lines,
    /// which no longer wait for each other. Neither has a branch that depends on where the lines end.
    /// </summary>
    // Here and below positions are nuint: an int would be extended each time it becomes an address.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadWhole<TIsa>(HeadWindow window, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
        where TIsa : struct, IScanIsa
    {
        var lines = FindLines<TIsa>(window, fields, out var end);

        // The request line is one more.
        if (lines == 0 || lines > limits.MaxFields + 1) return false;

        // The line ends are inside the buffer from here on. The first is that of the request line; the entry of a field line takes the
        // place of the line end before it.
        if (!RequestLine.TryReadCommon<TIsa>(window, (nuint)fields[0], ref head, limits.MaxRequestLineBytes, out var isPlain)
            || !ReadFields<TIsa>(window, fields[..lines], out var framing)
            || window.UInt16(end) != CrLf)
            return false;

        head.FieldCount = lines - 1;
        var isRight = isPlain && framing.IsHostAlone
            ? framing.TryApplyHost<TIsa>(window, ref head, fields)
            : TryFinish<TIsa>(window, ref head, fields, framing, isPlain);
        if (isRight) head.Position = (int)end + 2;
        return isRight;
    }

    // Not inlined: what a method needs after a call lives in memory before it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFinish<TIsa>(
        HeadWindow window, ref RequestHead head, ReadOnlySpan<ulong> fields, FramingLines framing, bool isPlain)
        where TIsa : struct, IScanIsa =>
        (isPlain || RequestLine.TryResolve(window.Bytes, ref head))
            && framing.TryApply<TIsa>(window, ref head, fields[..head.FieldCount])
            && Framing.Finish(ref head) == RejectReason.None;

    /// <summary>
    /// The same for bytes that end where an unreadable page may begin: it reads a copy. A head that is longer than that is left to
    /// <see cref="ReadLines"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    private static unsafe bool TryReadCopy<TIsa>(
        ReadOnlySpan<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
        where TIsa : struct, IScanIsa
    {
        // No stackalloc: the runtime compiles a method that has one and a loop once, without what it learns later.
        CopyBlock block;
        var copy = new Span<byte>(&block, sizeof(CopyBlock));
        var length = Math.Min(bytes.Length, copy.Length - IScanIsa.BlockLength);
        bytes[..length].CopyTo(copy);
        return TryReadWhole<TIsa>(new HeadWindow((byte*)&block, length), ref head, fields, limits);
    }

    /// <summary>
    /// Writes the CR of each line to the table, and checks that the head has no control byte but one CR and one LF at the end of each. The
    /// LF after the last CR, at <paramref name="end"/>, is for the caller to check.
    /// </summary>
    /// <returns>The number of lines before the empty one, or zero when there is no end in the buffer, or not this way.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindLines<TIsa>(HeadWindow window, Span<ulong> fields, out nuint end)
        where TIsa : struct, IScanIsa
    {
        var free = fields;
        var length = (nuint)(uint)window.Length;
        ulong before = 0;
        for (end = 0; end < length; end += IScanIsa.BlockLength)
        {
            TIsa.Lines(window.Block(end), out var lines, out var lineFeeds, out var control);

            // Inside of a long value, which is where long heads are long.
            if (control == 0)
            {
                if (before >> 63 != 0) break;
                before = 0;
                continue;
            }

            // A CR two bytes after a CR is that of the empty line; what follows belongs to the body.
            var last = lines & ((lines << 2) | (before >> 62));
            var next = (lines << 1) | (before >> 63);
            var faults = (control ^ lines ^ next) | (lineFeeds ^ next);
            if (last != 0)
            {
                var inHead = last ^ (last - 1);
                if ((faults & inHead) != 0 || !TryWrite(lines & inHead & ~last, (uint)end, ref free)) break;
                end += (uint)BitOperations.TrailingZeroCount(last);
                return end + 2 <= length ? fields.Length - free.Length : 0;
            }

            if (faults != 0 || !TryWrite(lines, (uint)end, ref free)) break;
            before = lines;
        }

        return 0;
    }

    /// <summary>Writes the positions of the bits, counted from <paramref name="offset"/>; false when there are more than places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryWrite(ulong lines, uint offset, ref Span<ulong> free)
    {
        var found = BitOperations.PopCount(lines);
        if (free.Length < LinesAtOnce) return false;
        free[0] = offset + (uint)BitOperations.TrailingZeroCount(lines);
        lines &= lines - 1;
        free[1] = offset + (uint)BitOperations.TrailingZeroCount(lines);
        if (found > LinesAtOnce)
        {
            if (found > free.Length) return false;
            for (var i = LinesAtOnce; i < found; i++)
            {
                lines &= lines - 1;
                free[i] = offset + (uint)BitOperations.TrailingZeroCount(lines);
            }
        }

        free = free[found..];
        return true;
    }

    /// <summary>Replaces the line ends in the table by the entries of the field lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReadFields<TIsa>(HeadWindow window, Span<ulong> fields, out FramingLines framing)
        where TIsa : struct, IScanIsa
    {
        framing = default;
        var faults = 0;
        var start = (nuint)fields[0] + 2;
        for (var i = 1; i < fields.Length; i++)
        {
            // RFC 9112 5: field-line = field-name ":" OWS field-value OWS
            // The first byte that is not a token is the colon: a CR is no token either, so it is in this line.
            var lineEnd = (nuint)fields[i];
            var inBlock = (uint)BitOperations.TrailingZeroCount(TIsa.NotToken(window.Block(start)));
            var nameEnd = start + inBlock;

            // No call for a long name: the loop's variables would live in memory.
            if (inBlock == IScanIsa.ShortBlockLength)
            {
                nameEnd += (uint)BitOperations.TrailingZeroCount(TIsa.NotToken(window.Block(nameEnd)));
                if (nameEnd == start + 2 * IScanIsa.ShortBlockLength) return false;
            }

            if (inBlock == 0) return false;
            fields[i - 1] = FieldEntry.Pack(start, nameEnd, lineEnd);
            faults |= window.At(nameEnd) ^ ':';
            framing.Note(i, window.UInt32(nameEnd - 4), inBlock);
            start = lineEnd + 2;
        }

        return faults == 0;
    }

    [InlineArray(4096 + IScanIsa.BlockLength)]
    private struct CopyBlock
    {
        private byte _first;
    }
}
