using System.Numerics;
using System.Runtime.CompilerServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

// The request line, then the loop over the field lines.
internal static unsafe partial class RequestHeadParser
{
    private const ushort CrLf = '\r' | ('\n' << 8);

    [SkipLocalsInit]
    private static ParseResult Read<TIsa>(HeadWindow window, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
        where TIsa : struct, IScanIsa
    {
        var isWhole = head.Position == 0;
        if (isWhole && !RequestLine.TryReadCommon<TIsa>(window, ref head, limits.MaxRequestLineBytes))
        {
            var line = RequestLine.Read(window.Bytes, ref head, limits.MaxRequestLineBytes);
            if (line.Status != ParseStatus.Done) return line;
        }

        var framing = new FramingLines(stackalloc ulong[FramingLines.Length]);
        var start = head.Position;
        var count = head.FieldCount;
        while (true)
        {
            TIsa.FieldLine(window.Block(start), out var notToken, out var control);
            var nameEnd = start + BitOperations.TrailingZeroCount(notToken);
            var lineEnd = start + BitOperations.TrailingZeroCount(control);
            if (control == 0) lineEnd = FindControl<TIsa>(window, lineEnd);

            // RFC 9112 5: field-line = field-name ":" OWS field-value OWS
            // The first byte that is not a token is the colon, and the first control is the CR of CR LF: each byte between is what it should be.
            if (lineEnd + 2 > window.Length
                || window.At(nameEnd) != ':'
                || nameEnd == start
                || window.UInt16(lineEnd) != CrLf
                || notToken == 0
                || count == limits.MaxFields)
            {
                if (nameEnd == start && start + 2 <= window.Length && window.UInt16(start) == CrLf) break;

                var line = FieldLine.Read(window.Bytes, start, count == limits.MaxFields, out nameEnd, out lineEnd);
                if (line.Status != ParseStatus.Done)
                {
                    // What the lines before mean came first.
                    var reason = Framing.Check(window.Bytes, ref head, fields[..count]);
                    if (reason != RejectReason.None) return ParseResult.Reject(reason);
                    head.Position = start;
                    head.FieldCount = count;
                    return line;
                }
            }

            var entry = FieldEntry.Pack(start, nameEnd, lineEnd);
            fields[count++] = entry;
            framing.Note(window.UInt32(start), nameEnd - start, entry);
            start = lineEnd + 2;
        }

        head.FieldCount = count;
        if (!isWhole || !framing.TryApply<TIsa>(window, ref head))
        {
            if (isWhole) Framing.Forget(ref head);
            var reason = Framing.Check(window.Bytes, ref head, fields[..count]);
            if (reason != RejectReason.None) return ParseResult.Reject(reason);
        }

        return Framing.Finish(ref head) is var last and not RejectReason.None ? ParseResult.Reject(last) : ParseResult.Done(start + 2);
    }

    /// <summary>The first control byte from a position on, or a position that is not in the window.</summary>
    private static int FindControl<TIsa>(HeadWindow window, int position) where TIsa : struct, IScanIsa
    {
        while (position < window.Length)
        {
            var control = TIsa.Control(window.Block(position));
            if (control != 0) return position + BitOperations.TrailingZeroCount(control);
            position += IScanIsa.BlockLength;
        }

        return position;
    }
}
