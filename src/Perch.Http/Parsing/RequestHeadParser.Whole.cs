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
    [SkipLocalsInit]
    private static bool TryReadWhole<TIsa>(
        HeadWindow window, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
        where TIsa : struct, IScanIsa
    {
        var end = FindLines<TIsa>(window, fields, limits.MaxFields, out var lines);
        if (end < 0) return false;

        // The line ends are inside the buffer from here on. The first is that of the request line; the entry of a field line takes the
        // place of the line end before it.
        var requestLineEnd = (int)fields[0];
        var count = lines - 1;
        if (!RequestLine.TryReadCommon<TIsa>(window, requestLineEnd, ref head, limits.MaxRequestLineBytes)
            || !ReadFields<TIsa>(window, end, ref head, fields[..lines]))
        {
            head = default;
            return false;
        }

        head.FieldCount = count;
        head.Position = end + 2;
        return true;
    }

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
    /// Writes the CR of each line to the table, and checks that the head has no control byte but one CR and one byte after each; that
    /// this byte is LF is checked where the line is read.
    /// </summary>
    /// <returns>The CR of the empty line, or less than zero when there is no end in the buffer, or not this way.</returns>
    private static int FindLines<TIsa>(HeadWindow window, Span<ulong> fields, int maxFields, out int count)
        where TIsa : struct, IScanIsa
    {
        ulong before = 0;
        var written = 0;
        for (var block = 0; block < window.Length; block += IScanIsa.BlockLength)
        {
            TIsa.Lines(window.Block(block), out var lines, out var control);

            // Inside of a long value, which is where long heads are long.
            if (control == 0)
            {
                before = 0;
                continue;
            }

            // A CR two bytes after a CR is that of the empty line; what follows belongs to the body.
            var last = lines & ((lines << 2) | (before >> 62));
            var inHead = last ^ (last - 1);
            if ((control & ~(lines | (lines << 1) | (before >> 63)) & inHead) != 0) break;
            before = lines;
            lines &= inHead & ~last;

            var found = BitOperations.PopCount(lines);
            var slots = fields.Slice(written, LinesAtOnce);
            slots[0] = (uint)(block + BitOperations.TrailingZeroCount(lines));
            lines &= lines - 1;
            slots[1] = (uint)(block + BitOperations.TrailingZeroCount(lines));
            lines &= lines - 1;
            written += found;

            // The request line is one more.
            if (written > maxFields + 1) break;
            if (found > LinesAtOnce)
            {
                var next = written - found + LinesAtOnce;
                do
                {
                    fields[next++] = (uint)(block + BitOperations.TrailingZeroCount(lines));
                    lines &= lines - 1;
                }
                while (lines != 0);
            }

            if (last != 0)
            {
                count = written;
                var end = block + BitOperations.TrailingZeroCount(last);
                return written != 0 && end + 2 <= window.Length ? end : -1;
            }
        }

        count = 0;
        return -1;
    }

    /// <summary>Replaces the line ends in the table by the entries of the field lines.</summary>
    [SkipLocalsInit]
    private static bool ReadFields<TIsa>(
        HeadWindow window, int end, ref RequestHead head, Span<ulong> fields)
        where TIsa : struct, IScanIsa
    {
        Unsafe.SkipInit(out FramingLines.Slots slots);
        var framing = new FramingLines(slots);
        var start = (int)fields[0] + 2;
        uint fault = 0;
        for (var i = 1; i < fields.Length; i++)
        {
            // RFC 9112 5: field-line = field-name ":" OWS field-value OWS
            // The first byte that is not a token is the colon: a CR is no token either, so it is in this line. And the line ends with CR LF.
            var lineEnd = (int)fields[i];
            // No call for a long name: the loop's variables would live in memory.
            var inBlock = BitOperations.TrailingZeroCount(TIsa.NotToken(window.Block(start)));
            var nameLength = inBlock;
            if (inBlock == IScanIsa.ShortBlockLength)
            {
                nameLength += BitOperations.TrailingZeroCount(TIsa.NotToken(window.Block(start + inBlock)));
                if (nameLength == 2 * IScanIsa.ShortBlockLength) return false;
            }

            var nameEnd = start + nameLength;
            var entry = FieldEntry.Pack(start, nameEnd, lineEnd);
            fields[i - 1] = entry;
            fault |= (uint)(window.At(nameEnd) ^ ':') | (uint)(window.UInt16(lineEnd) ^ CrLf);
            if (nameLength == 0) return false;
            framing.Note(window.UInt32(start), inBlock, entry);
            start = lineEnd + 2;
        }

        // RFC 9112 2.1: the empty line that ends the head. That its CR is here was how its line end was found.
        fault |= (uint)(window.UInt16(end) ^ CrLf);
        return fault == 0 && framing.TryApply<TIsa>(window, ref head) && Framing.Finish(ref head) == RejectReason.None;
    }

    [InlineArray(4096 + IScanIsa.BlockLength)]
    private struct CopyBlock
    {
        private byte _first;
    }
}
