using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>The seam for parsers of heads: only what stands behind it differs between the kinds of <see cref="HttpParserKind"/>.</summary>
internal interface IHeadParser
{
    /// <inheritdoc cref="RequestHeadParser.Parse(ReadOnlySpan{byte}, ref RequestHead, Span{ulong}, in HeadLimits)"/>
    ParseResult Parse(ReadOnlyMemory<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits);
}
