using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// Reads one field line, complete or not, and alone decides what is wrong with it.
/// </summary>
internal static class FieldLine
{
    internal static ParseResult Read(ReadOnlySpan<byte> head, int start, bool isTableFull, out int nameEnd, out int lineEnd)
    {
        nameEnd = lineEnd = start;
        var line = head[start..];
        if (line.IsEmpty) return ParseResult.NeedMore;

        // RFC 9112 2.1: the empty line that ends the head. The caller has seen whether it is whole.
        if (line[0] == '\r') return line.Length == 1 ? ParseResult.NeedMore : ParseResult.Reject(RejectReason.BareCarriageReturn);
        if (isTableFull) return ParseResult.Reject(RejectReason.TooManyFields);

        var colon = line.IndexOfAnyExcept(ByteClasses.Token);
        if (colon < 0) return ParseResult.NeedMore;
        if (line[colon] != ':' || colon == 0) return ParseResult.Reject(NameFault(line[colon], colon));

        // RFC 9110 5.5: field-content = field-vchar [ 1*( SP / HTAB / field-vchar ) field-vchar ]; CR, LF, NUL and other controls are
        // refused, not replaced by SP as the clause also allows: a recipient behind us might read them otherwise.
        var end = line.IndexOfAny(ByteClasses.Control);
        if (end < 0) return ParseResult.NeedMore;
        if (line[end] != '\r')
            return ParseResult.Reject(line[end] == '\n' ? RejectReason.BareLineFeed : RejectReason.InvalidFieldValue);
        if (end + 1 == line.Length) return ParseResult.NeedMore;

        // RFC 9112 2.2: a bare CR makes an element invalid.
        if (line[end + 1] != '\n') return ParseResult.Reject(RejectReason.BareCarriageReturn);

        nameEnd = start + colon;
        lineEnd = start + end;
        return ParseResult.Done(end + 2);
    }

    /// <summary>Why a byte cannot stand in a name or end it.</summary>
    internal static RejectReason NameFault(byte value, int nameLength) => (value, nameLength) switch
    {
        // RFC 9112 2.2: a recipient MAY take a single LF for a line end; we do not.
        ((byte)'\n', _) => RejectReason.BareLineFeed,

        // RFC 9112 5.2: a server MUST reject obs-fold, or replace it.
        ((byte)' ' or (byte)'\t', 0) => RejectReason.ObsoleteLineFolding,

        // RFC 9112 5.1: a server MUST reject white space between name and colon.
        ((byte)' ' or (byte)'\t', _) => RejectReason.WhitespaceBeforeColon,

        // RFC 9110 5.1: field-name = token, and a token has one character or more.
        ((byte)':', 0) => RejectReason.EmptyFieldName,
        _ => RejectReason.InvalidFieldName,
    };
}
