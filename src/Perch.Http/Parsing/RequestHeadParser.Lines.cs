namespace Perch.Http.Parsing;

// The way of the head that came in parts, or that is wrong: line by line.
internal static partial class RequestHeadParser
{
    private static ParseResult ReadLines(ReadOnlySpan<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
    {
        if (head.Position == 0)
        {
            var line = RequestLine.Read(bytes, ref head, limits.MaxRequestLineBytes);
            if (line.Status != ParseStatus.Done) return line;
        }

        while (true)
        {
            var start = head.Position;
            if (bytes[start..].StartsWith("\r\n"u8)) break;

            var line = FieldLine.Read(bytes, start, head.FieldCount == limits.MaxFields, out var nameEnd, out var lineEnd);
            if (line.Status != ParseStatus.Done) return line;
            fields[head.FieldCount++] = FieldEntry.Pack((uint)start, (uint)nameEnd, (uint)lineEnd);
            head.Position = lineEnd + 2;

            // What the line means is known when its end is, so it is wrong before the next line is.
            var reason = Framing.Check(bytes, ref head, fields[..head.FieldCount]);
            if (reason != RejectReason.None) return ParseResult.Reject(reason);
        }

        var last = Framing.Finish(ref head);
        return last == RejectReason.None ? ParseResult.Done(head.Position + 2) : ParseResult.Reject(last);
    }
}
