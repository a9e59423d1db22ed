using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>What the field lines say about the message's framing and its connection.</summary>
internal static class Framing
{
    private const ulong LowerCase = 0x2020_2020_2020_2020;

    /// <summary>Applies the lines that were not applied yet, in their order, and says which one is wrong.</summary>
    internal static RejectReason Check(ReadOnlySpan<byte> bytes, ref RequestHead head, ReadOnlySpan<ulong> fields)
    {
        for (; head.CheckedFields < fields.Length; head.CheckedFields++)
        {
            var entry = new FieldEntry(fields[head.CheckedFields]);
            var field = Identify(entry.Name(bytes));
            if (field == FramingField.None) continue;
            var reason = Apply(field, bytes, ref head, entry);
            if (reason != RejectReason.None) return reason;
        }

        return RejectReason.None;
    }

    /// <summary>What can only be said of all lines together.</summary>
    internal static RejectReason Finish(ref RequestHead head)
    {
        if (!head.Has(HeadFacts.Http10))
        {
            // RFC 9112 3.2: a server MUST respond with 400 to any HTTP/1.1 request that lacks a Host line.
            return head.Has(HeadFacts.HasHost) ? RejectReason.None : RejectReason.MissingHost;
        }

        // RFC 9110 10.1.1: a server that receives 100-continue in HTTP/1.0 MUST ignore it.
        head.Facts &= ~HeadFacts.ExpectContinue;
        return RejectReason.None;
    }

    // RFC 9110 5.1: field names are case-insensitive.
    internal static FramingField Identify(ReadOnlySpan<byte> name)
    {
        var field = (FramingField)name.Length;
        var expected = field switch
        {
            FramingField.Te => "te"u8,
            FramingField.Host => "host"u8,
            FramingField.Expect => "expect"u8,
            FramingField.Upgrade => "upgrade"u8,
            FramingField.Connection => "connection"u8,
            FramingField.ContentLength => "content-length"u8,
            FramingField.TransferEncoding => "transfer-encoding"u8,
            _ => default,
        };
        return Ascii.EqualsIgnoreCase(name, expected) ? field : FramingField.None;
    }

    internal static RejectReason Apply(FramingField field, ReadOnlySpan<byte> bytes, ref RequestHead head, FieldEntry entry)
    {
        var range = entry.ValueRange(bytes);
        var value = range.Of(bytes);
        return field switch
        {
            FramingField.Host => Host(ref head, range, HostSyntax.IsValid(value)),
            FramingField.ContentLength => ContentLength(ref head, value),
            FramingField.TransferEncoding => TransferEncoding(ref head, value),
            FramingField.Expect => Expect(ref head, value),
            FramingField.Connection => Add(ref head, ConnectionOptions(value)),
            FramingField.Upgrade => Add(ref head, FieldList.Contains(value, "websocket"u8) ? HeadFacts.WebSocket : HeadFacts.None),
            FramingField.Te => Add(ref head, FieldList.Contains(value, "trailers"u8) ? HeadFacts.AcceptsTrailers : HeadFacts.None),
            _ => RejectReason.None,
        };
    }

    /// <summary>The Host line of most requests: one, with a short plain host.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryHost<TIsa>(HeadWindow window, ref RequestHead head, FieldEntry entry) where TIsa : struct, IScanIsa
    {
        // One SP and then nothing but bytes of a host up to the line end. White space is none of those, so there is nothing to cut off.
        var start = (nuint)(uint)entry.NameEnd + 1;
        if (window.At(start) == ' ') start++;
        var stop = start + (uint)BitOperations.TrailingZeroCount(TIsa.NotHost(window.Block(start)));
        return stop == (uint)entry.LineEnd
            ? Host(ref head, new ByteRange((int)start, (int)stop), isValid: true) == RejectReason.None
            : TryLongHost<TIsa>(window, ref head, entry, start, stop);
    }

    // With a port, or longer than a block, or not common at all.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryLongHost<TIsa>(HeadWindow window, ref RequestHead head, FieldEntry entry, nuint start, nuint stop)
        where TIsa : struct, IScanIsa
    {
        var end = (nuint)(uint)entry.LineEnd;
        if (stop == start + IScanIsa.ShortBlockLength) stop += (uint)BitOperations.TrailingZeroCount(TIsa.NotHost(window.Block(stop)));
        return stop == end || (stop > start && window.At(stop) == ':' && HostSyntax.IsPort(window.Bytes[((int)stop + 1)..(int)end]))
            ? Host(ref head, new ByteRange((int)start, (int)end), isValid: true) == RejectReason.None
            : Apply(FramingField.Host, window.Bytes, ref head, entry) == RejectReason.None;
    }

    /// <summary>The Connection line of most browsers; false for any other.</summary>
    internal static bool TryKeepAlive(HeadWindow window, ref RequestHead head, FieldEntry entry)
    {
        // ": keep-alive" and CR LF, ten letters at a time: no letter of theirs shares its lower-case form with another byte of a valid
        // line.
        var name = (nuint)(uint)entry.NameStart;
        var colon = (nuint)(uint)entry.NameEnd;
        if (colon - name != 10 || (uint)entry.LineEnd - colon != 12) return false;
        if ((window.UInt64(name) | LowerCase) != 0x6974_6365_6E6E_6F63) return false;
        if ((window.UInt64(colon + 2) | LowerCase) != 0x696C_612D_7065_656B) return false;
        if ((window.UInt16(name + 8) | 0x2020) != ('o' | ('n' << 8))) return false;
        if ((window.UInt16(colon + 10) | 0x2020) != ('v' | ('e' << 8))) return false;
        if (window.At(colon + 1) != ' ') return false;
        head.Facts |= HeadFacts.KeepAlive;
        return true;
    }

    // RFC 9112 3.2: more than one Host line, or an invalid value, is answered with 400, in every version that has the field.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RejectReason Host(ref RequestHead head, ByteRange value, bool isValid)
    {
        if (head.Has(HeadFacts.HasHost)) return RejectReason.RepeatedHost;
        if (!isValid) return RejectReason.InvalidHost;
        head.Facts |= HeadFacts.HasHost;

        // RFC 9112 3.2.2: with a target in absolute-form the server MUST ignore the received Host and use the target's.
        if (head.TargetForm is TargetForm.Origin or TargetForm.Asterisk) head.Host = value;
        return RejectReason.None;
    }

    // RFC 9110 8.6: Content-Length = 1*DIGIT. RFC 9112 6.3 item 5: an invalid value is an unrecoverable error, unless it is a list of valid
    // values that are all the same; several lines are such a list (RFC 9110 5.3).
    private static RejectReason ContentLength(ref RequestHead head, ReadOnlySpan<byte> value)
    {
        while (true)
        {
            var comma = value.IndexOf((byte)',');
            var reason = OneContentLength(ref head, comma < 0 ? value : FieldList.Trim(value[..comma]));
            if (reason != RejectReason.None) return reason;

            // RFC 9112 6.1: Transfer-Encoding and Content-Length together are a sign of smuggling; they are refused.
            if (comma < 0)
                return head.Has(HeadFacts.HasTransferEncoding) ? RejectReason.TransferEncodingWithContentLength : RejectReason.None;
            value = FieldList.Trim(value[(comma + 1)..]);
        }
    }

    private static RejectReason OneContentLength(ref RequestHead head, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return RejectReason.InvalidContentLength;
        long length = 0;
        foreach (var digit in value)
        {
            // RFC 9110 8.6: a recipient MUST anticipate large numbers and prevent errors by overflow.
            if (!ByteClasses.Is(digit, ByteClass.Digit)) return RejectReason.InvalidContentLength;
            var added = digit - '0';
            if (length > (long.MaxValue - 1 - added) / 10) return RejectReason.InvalidContentLength;
            length = length * 10 + added;
        }

        if (head.ContentLength >= 0 && head.ContentLength != length) return RejectReason.DifferingContentLengths;
        head.ContentLength = length;
        return RejectReason.None;
    }

    // RFC 9112 6.1: chunked MUST be applied once and last; codings that are not known get 501. Only the one coding "chunked" is read, so
    // that no two recipients can differ about where the body ends.
    private static RejectReason TransferEncoding(ref RequestHead head, ReadOnlySpan<byte> value)
    {
        if (head.Has(HeadFacts.HasTransferEncoding)) return RejectReason.InvalidTransferEncoding;
        if (!Ascii.EqualsIgnoreCase(value, "chunked"u8))
        {
            // A single coding that is not known, or something that is not even one.
            return !value.IsEmpty && value.IndexOfAnyExcept(ByteClasses.Token) < 0
                ? RejectReason.UnsupportedTransferCoding
                : RejectReason.InvalidTransferEncoding;
        }

        if (head.ContentLength >= 0) return RejectReason.TransferEncodingWithContentLength;
        head.Facts |= HeadFacts.HasTransferEncoding | HeadFacts.Chunked;
        return RejectReason.None;
    }

    // RFC 9110 10.1.1: an expectation other than 100-continue MAY be answered with 417. The value is case-insensitive.
    private static RejectReason Expect(ref RequestHead head, ReadOnlySpan<byte> value)
    {
        if (!Ascii.EqualsIgnoreCase(value, "100-continue"u8)) return RejectReason.UnsupportedExpectation;
        head.Facts |= HeadFacts.ExpectContinue;
        return RejectReason.None;
    }

    // RFC 9110 7.6.1: Connection = #connection-option; options are case-insensitive.
    private static HeadFacts ConnectionOptions(ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "keep-alive"u8)) return HeadFacts.KeepAlive;
        return (FieldList.Contains(value, "close"u8) ? HeadFacts.Close : HeadFacts.None)
            | (FieldList.Contains(value, "keep-alive"u8) ? HeadFacts.KeepAlive : HeadFacts.None)
            | (FieldList.Contains(value, "upgrade"u8) ? HeadFacts.ConnectionUpgrade : HeadFacts.None);
    }

    private static RejectReason Add(ref RequestHead head, HeadFacts facts)
    {
        head.Facts |= facts;
        return RejectReason.None;
    }
}
