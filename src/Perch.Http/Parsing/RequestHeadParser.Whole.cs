using System.Numerics;
using System.Runtime.CompilerServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

// The way of the head that is whole and right. What it cannot say yes to, it leaves to ReadLines.
internal static unsafe partial class RequestHeadParser
{
    /// <summary>The line ends that are written for each block without asking how many there are.</summary>
    internal const int LinesAtOnce = 3;

    private const ushort CrLf = '\r' | ('\n' << 8);

    /// <summary>
    /// Two passes in step with how the processor works: the first finds all line ends in blocks of 64 bytes, the second reads the lines, which no longer
    /// wait for each other. Neither has a branch that depends on where the lines end.
    /// </summary>
    private static bool TryReadWhole<TIsa>(
        byte* start, int length, byte* tail, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
        where TIsa : struct, IScanIsa
    {
        var count = FindLines<TIsa>(start, length, tail, fields, limits.MaxFields, out var requestLineEnd, out var end);
        if (count < 0) return false;

        // The line ends are inside the buffer from here on.
        if (!RequestLine.TryReadCommon<TIsa>(start, length, tail, requestLineEnd, ref head, limits.MaxRequestLineBytes)
            || !ReadFields<TIsa>(start, length, tail, requestLineEnd + 2, end, ref head, fields[..count]))
        {
            head = default;
            return false;
        }

        head.FieldCount = count;
        head.Position = end + 2;
        return true;
    }

    /// <summary>
    /// Writes the CR of each field line to the table, and checks that the head has no control byte but one CR and one byte after each; that
    /// this byte is LF is checked where the line is read.
    /// </summary>
    /// <returns>The number of field lines, or less than zero when there is no end in the buffer, or not this way.</returns>
    private static int FindLines<TIsa>(
        byte* start, int length, byte* tail, Span<ulong> fields, int maxFields, out int requestLineEnd, out int end)
        where TIsa : struct, IScanIsa
    {
        var window = new HeadWindow(start, length, tail);
        requestLineEnd = end = -1;
        ulong before = 0;
        var count = -1;
        for (var block = 0; block < length; block += IScanIsa.BlockLength)
        {
            TIsa.Lines(window.Block(block), out var lines, out var control);

            // A CR two bytes after a CR is that of the empty line; what follows belongs to the body.
            var last = lines & ((lines << 2) | (before >> 62));
            var inHead = last ^ (last - 1);
            if ((control & ~(lines | (lines << 1) | (before >> 63)) & inHead) != 0) return -1;
            before = lines;
            lines &= inHead & ~last;

            // The first line end of the head is not that of a field.
            if (count < 0)
            {
                if (lines == 0)
                {
                    if (last != 0) return -1;
                    continue;
                }

                requestLineEnd = block + BitOperations.TrailingZeroCount(lines);
                lines &= lines - 1;
                count = 0;
            }

            var found = BitOperations.PopCount(lines);
            var slots = fields.Slice(count, LinesAtOnce);
            slots[0] = (uint)(block + BitOperations.TrailingZeroCount(lines));
            lines &= lines - 1;
            slots[1] = (uint)(block + BitOperations.TrailingZeroCount(lines));
            lines &= lines - 1;
            slots[2] = (uint)(block + BitOperations.TrailingZeroCount(lines));
            lines &= lines - 1;
            count += found;
            if (count > maxFields) return -1;
            if (found > LinesAtOnce) WriteMore(fields, lines, count - found + LinesAtOnce, block);
            if (last != 0)
            {
                end = block + BitOperations.TrailingZeroCount(last);
                return end + 2 <= length ? count : -1;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteMore(Span<ulong> fields, ulong lines, int count, int block)
    {
        for (; lines != 0; lines &= lines - 1) fields[count++] = (uint)(block + BitOperations.TrailingZeroCount(lines));
    }

    /// <summary>Replaces each line end in the table by the entry of its line.</summary>
    [SkipLocalsInit]
    private static bool ReadFields<TIsa>(byte* bytes, int length, byte* tail, int first, int end, ref RequestHead head, Span<ulong> fields)
        where TIsa : struct, IScanIsa
    {
        var window = new HeadWindow(bytes, length, tail);
        Unsafe.SkipInit(out FramingLines.Slots slots);
        var framing = new FramingLines(slots);
        var start = first;
        uint fault = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            // RFC 9112 5: field-line = field-name ":" OWS field-value OWS
            // The first byte that is not a token is the colon: a CR is no token either, so it is in this line. And the line ends with CR LF.
            var notToken = TIsa.NotToken(window.Block(start));
            var nameEnd = start + (notToken != 0 ? BitOperations.TrailingZeroCount(notToken) : FieldLine.LongNameLength(window.Bytes, start));
            var lineEnd = (int)fields[i];
            var entry = FieldEntry.Pack(start, nameEnd, lineEnd);
            fields[i] = entry;
            fault |= (uint)(window.At(nameEnd) ^ ':') | (uint)(window.UInt16(lineEnd) ^ CrLf);
            if (nameEnd == start) return false;
            framing.Note(window.UInt32(start), nameEnd - start, entry);
            start = lineEnd + 2;
        }

        // RFC 9112 2.1: the empty line that ends the head. That its CR is here was how its line end was found.
        fault |= (uint)(window.UInt16(end) ^ CrLf);
        return fault == 0 && framing.TryApply<TIsa>(window, ref head) && Framing.Finish(ref head) == RejectReason.None;
    }
}
