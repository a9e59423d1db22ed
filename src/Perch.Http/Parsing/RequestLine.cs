using System.Numerics;
using System.Runtime.CompilerServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// RFC 9112 3: <c>request-line = method SP request-target SP HTTP-version</c>. The common line is read by masks; every other by
/// <see cref="Read"/>, which alone decides what is wrong.
/// </summary>
internal static class RequestLine
{
    // "GET ", " HTTP/1." and ".1" CR LF, first byte lowest; and what ".0" differs in.
    private const uint Get = 0x2054_4547;
    private const ulong Http1 = 0x2E31_2F50_5454_4820;
    private const uint Minor1 = 0x0A0D_312E;
    private const uint Minor0 = ('1' ^ '0') << 8;

    // SP, the version, CR LF.
    private const int EndLength = 11;

    /// <summary>
    /// Reads a line whose CR is known; what is not right gets false. Where <paramref name="isPlain"/> is false, the target is still to be
    /// checked, by <see cref="TryResolve"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReadCommon<TIsa>(HeadWindow window, nuint lineEnd, ref RequestHead head, int maxLength, out bool isPlain)
        where TIsa : struct, IScanIsa
    {
        isPlain = false;

        // A method of one byte, a target of one byte and the rest.
        if (lineEnd < EndLength + 1 || lineEnd > (uint)maxLength) return false;

        // Most requests are GET; the other methods are found by their end.
        var method = KnownMethod.Get;
        nuint methodEnd = 3;
        if (window.UInt32(0) != Get)
        {
            methodEnd = (uint)BitOperations.TrailingZeroCount(TIsa.NotToken(window.Block(0)));
            if (methodEnd is 0 or IScanIsa.ShortBlockLength || window.At(methodEnd) != ' ') return false;
            method = Methods.Find(window.UInt64(0), (int)methodEnd);
        }

        var start = methodEnd + 1;
        var end = lineEnd - EndLength + 2;
        var minor = window.UInt32(lineEnd - 2) ^ Minor1;
        if (window.UInt64(end) != Http1 || (minor & ~Minor0) != 0 || start >= end) return false;

        // The first byte that cannot be in a plain target is the SP before the version; there is one, so the loop ends.
        var stop = start;
        ulong notTarget;
        while ((notTarget = TIsa.NotTarget(window.Block(stop))) == 0) stop += IScanIsa.BlockLength;
        stop += (uint)BitOperations.TrailingZeroCount(notTarget);
        isPlain = stop == end && window.At(start) == '/' && method != KnownMethod.Connect;

        head.Method = method;
        head.MethodRange = new ByteRange(0, (int)methodEnd);
        head.Target = head.PathAndQuery = new ByteRange((int)start, (int)end);
        head.Facts = minor == 0 ? HeadFacts.None : HeadFacts.Http10;
        return true;
    }

    /// <summary>Whether a target that is not plain is right.</summary>
    internal static bool TryResolve(ReadOnlySpan<byte> bytes, ref RequestHead head)
    {
        var target = head.Target.Of(bytes);
        return target.IndexOfAnyExcept(ByteClasses.Target) < 0
            && TargetSyntax.HasValidEncoding(target)
            && TargetSyntax.Resolve(bytes, ref head) == RejectReason.None;
    }

    /// <summary>Reads any line, complete or not.</summary>
    internal static ParseResult Read(ReadOnlySpan<byte> bytes, ref RequestHead head, int maxLength)
    {
        head = default;
        if (bytes.IsEmpty) return ParseResult.NeedMore;

        // RFC 9112 2.2: a server SHOULD ignore at least one empty line (CRLF) before the request-line: old clients end a POST's body with
        // one.
        var start = 0;
        if (bytes[0] == '\r')
        {
            if (bytes.Length == 1) return ParseResult.NeedMore;
            if (bytes[1] != '\n') return ParseResult.Reject(RejectReason.BareCarriageReturn);
            if (bytes.Length == 2) return ParseResult.NeedMore;
            if (bytes[2] == '\r') return ParseResult.Reject(RejectReason.LeadingEmptyLines);
            start = 2;
        }

        // With room for CR LF; bytes after that are not looked at, so that the verdict is the same for however many have come.
        var line = bytes[start..];
        var window = line[..Math.Min(line.Length, (int)Math.Min((long)maxLength + 2, int.MaxValue))];
        var result = ReadLine(window, start, ref head);
        if (result.Status == ParseStatus.NeedMore && line.Length >= (long)maxLength + 2)
            return ParseResult.Reject(RejectReason.RequestLineTooLong);
        if (result.Status != ParseStatus.Done) return result;

        var reason = TargetSyntax.Resolve(bytes, ref head);
        if (reason != RejectReason.None) return ParseResult.Reject(reason);
        head.Position = start + result.Consumed;
        return result;
    }

    private static ParseResult ReadLine(ReadOnlySpan<byte> line, int offset, ref RequestHead head)
    {
        // RFC 9110 9.1: method = token
        var methodEnd = line.IndexOfAnyExcept(ByteClasses.Token);
        if (methodEnd < 0) return ParseResult.NeedMore;
        if (line[methodEnd] != ' ' || methodEnd == 0)
        {
            return ParseResult.Reject((line[methodEnd], methodEnd) switch
            {
                ((byte)'\n', _) => RejectReason.BareLineFeed,
                ((byte)' ' or (byte)'\t', 0) => RejectReason.LeadingWhitespace,
                _ => RejectReason.InvalidMethod,
            });
        }

        // RFC 9112 3.2: request-target = origin-form / absolute-form / authority-form / asterisk-form. No white space is allowed in it, and
        // what is not allowed in a URI is refused rather than repaired: repair is what request smuggling lives on.
        var target = line[(methodEnd + 1)..];
        var length = target.IndexOfAnyExcept(ByteClasses.Target);
        if (!TargetSyntax.HasValidEncodingSoFar(length < 0 ? target : target[..length], isComplete: length >= 0))
            return ParseResult.Reject(RejectReason.InvalidTarget);
        if (length < 0) return ParseResult.NeedMore;
        if (target[length] != ' ' || length == 0)
        {
            return ParseResult.Reject(target[length] switch
            {
                (byte)'\n' => RejectReason.BareLineFeed,
                (byte)'\r' => RejectReason.MissingVersion,
                _ => RejectReason.InvalidTarget,
            });
        }

        // RFC 9112 2.3: HTTP-version = HTTP-name "/" DIGIT "." DIGIT
        var end = target[(length + 1)..];
        for (var i = 0; i < EndLength - 1; i++)
        {
            if (i == end.Length) return ParseResult.NeedMore;
            var fault = VersionFault(i, end[i]);
            if (fault != RejectReason.None) return ParseResult.Reject(fault);
        }

        // RFC 9110 2.5 and 15.6.6: another major version is not spoken here; a minor version above 1 does not exist.
        if (end[5] != '1' || end[7] is not ((byte)'0' or (byte)'1')) return ParseResult.Reject(RejectReason.UnsupportedVersion);

        var targetStart = offset + methodEnd + 1;
        head.Method = Methods.Find(line[..methodEnd]);
        head.MethodRange = new ByteRange(offset, offset + methodEnd);
        head.Target = new ByteRange(targetStart, targetStart + length);
        head.Facts = end[7] == '0' ? HeadFacts.Http10 : HeadFacts.None;
        return ParseResult.Done(methodEnd + 1 + length + EndLength);
    }

    private static RejectReason VersionFault(int index, byte value)
    {
        var isRight = index switch
        {
            5 or 7 => ByteClasses.Is(value, ByteClass.Digit),
            8 => value == '\r',
            9 => value == '\n',
            _ => value == "HTTP/0.0"[index],
        };
        if (isRight) return RejectReason.None;
        if (index == 9) return RejectReason.BareCarriageReturn;
        return value == '\n' ? RejectReason.BareLineFeed : RejectReason.InvalidVersion;
    }
}
