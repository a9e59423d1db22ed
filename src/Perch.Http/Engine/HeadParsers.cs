using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>The parsers behind <see cref="HttpParserKind"/>.</summary>
internal static class HeadParsers
{
    internal static IHeadParser Of(HttpParserKind kind) => kind switch
    {
        HttpParserKind.Perch => new PerchHeadParser(),
        HttpParserKind.Kestrel => new KestrelHeadParser(),
        HttpParserKind.Llhttp => new LlhttpHeadParser(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such parser."),
    };

    private sealed class PerchHeadParser : IHeadParser
    {
        public ParseResult Parse(ReadOnlyMemory<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits) =>
            RequestHeadParser.Parse(bytes.Span, ref head, fields, limits);
    }
}
