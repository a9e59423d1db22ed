using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>
/// llhttp, the parser of Node.js, behind the seam, to be compared with ours in the same driver. A head that comes in parts is read from its
/// start again.
/// </summary>
internal sealed class LlhttpHeadParser : IHeadParser
{
    private readonly LlhttpLibrary _library = LlhttpLibrary.Load();

    public ParseResult Parse(ReadOnlyMemory<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
    {
        head = default;
        ReadOnlySpan<byte> span = bytes.Span[..Math.Min(bytes.Length, limits.MaxHeadBytes)];
        LlhttpError error = _library.Parse(span, out LlhttpHead found, fields[..limits.MaxFields]);
        switch (error)
        {
            case LlhttpError.None:
                return ForeignHead.Incomplete(bytes.Length, limits);
            case LlhttpError.HeadComplete:
                break;
            default:
                return ParseResult.Reject(ReasonOf(error));
        }

        // RFC 9110 §2.5, §15.6.6. llhttp reads 0.9 and 2.0 as well.
        if (found.Major != 1)
        {
            return ParseResult.Reject(RejectReason.UnsupportedVersion);
        }

        // It skips empty lines before the method, and reports no position of it.
        int methodStart = span.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        int methodEnd = methodStart + span[methodStart..].IndexOf((byte)' ');
        head.MethodRange = new ByteRange(methodStart, methodEnd);
        head.Method = Methods.Find(span[methodStart..methodEnd]);
        head.Target = new ByteRange((int)found.TargetStart, (int)found.TargetEnd);
        head.Facts = found.Minor == 0 ? HeadFacts.Http10 : HeadFacts.None;
        head.FieldCount = (int)found.FieldCount;
        return ForeignHead.Finish(span, (int)found.Consumed, ref head, fields, limits);
    }

    private static RejectReason ReasonOf(LlhttpError error) => error switch
    {
        LlhttpError.InvalidMethod => RejectReason.InvalidMethod,
        LlhttpError.InvalidUrl => RejectReason.InvalidTarget,
        LlhttpError.InvalidConstant => RejectReason.InvalidVersion,
        LlhttpError.InvalidVersion or LlhttpError.Http2 => RejectReason.UnsupportedVersion,
        LlhttpError.UnexpectedSpace => RejectReason.WhitespaceBeforeColon,
        LlhttpError.Strict or LlhttpError.LineFeedExpected or LlhttpError.CarriageReturnExpected => RejectReason.BareLineFeed,
        LlhttpError.InvalidContentLength or LlhttpError.UnexpectedContentLength => RejectReason.InvalidContentLength,
        LlhttpError.InvalidTransferEncoding => RejectReason.InvalidTransferEncoding,
        LlhttpError.TableFull => RejectReason.TooManyFields,
        _ => RejectReason.InvalidFieldName,
    };
}
