using System.Text;
using Perch.Http.Engine;
using Perch.Http.Parsing;
using Perch.Http.Tests.Parsing;

namespace Perch.Http.Tests.Engine;

/// <summary>The other parsers behind the seam read what all agree on in the same way.</summary>
public sealed class ParserSeamTests
{
    public static TheoryData<string> Connections =>
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%20b?x=1 HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nX-Empty:\r\nX-Blank: \r\nX-ONE: \t 2 \r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET http://b/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ];

    public static TheoryData<string, int> Refusals => new()
    {
        { "GET / HTTP/1.1\r\n\r\n", 400 },
        { "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET / HTTP/3.1\r\nHost: a\r\n\r\n", 505 },
        { "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\n\r\n", 431 },
        { "GET / HTTP/1.1\r\nHost: a\r\nA: 1234567890123456789012345678901234567890123456789012345678901234567890\r\n\r\n", 431 },
    };

    [Theory]
    [MemberData(nameof(Connections))]
    public void KestrelsParser_GivesTheSameAnswers(string connection) => AssertSameAnswers(HttpParserKind.Kestrel, connection);

    [TheoryWithLlhttp]
    [MemberData(nameof(Connections))]
    public void Llhttp_GivesTheSameAnswers(string connection) => AssertSameAnswers(HttpParserKind.Llhttp, connection);

    [Theory]
    [MemberData(nameof(Refusals))]
    public void KestrelsParser_RefusesToo(string connection, int status) => AssertRefuses(HttpParserKind.Kestrel, connection, status);

    [TheoryWithLlhttp]
    [MemberData(nameof(Refusals))]
    public void Llhttp_RefusesToo(string connection, int status) => AssertRefuses(HttpParserKind.Llhttp, connection, status);

    // Accepted, incomplete or a reason, whatever the input: these parsers are not ours, what stands around them is.
    [Fact]
    public void KestrelsParser_GivesAVerdictOnAnyInput() => AssertVerdicts(HttpParserKind.Kestrel);

    [FactWithLlhttp]
    public void Llhttp_GivesAVerdictOnAnyInput() => AssertVerdicts(HttpParserKind.Llhttp);

    [Fact]
    public void LibraryThatIsNotThere_IsNamed()
    {
        string message = Assert.Throws<DllNotFoundException>(() => LlhttpLibrary.Load("perch-no-such-library")).Message;

        Assert.Contains("'perch-no-such-library'", message, StringComparison.Ordinal);
        Assert.Contains(AppContext.BaseDirectory, message, StringComparison.Ordinal);
    }

    private static void AssertSameAnswers(HttpParserKind kind, string connection)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(connection);
        string ours = new EngineRun().Feed([bytes]).Output;
        Assert.Equal(ours, Run(kind, [bytes]));
        Assert.Equal(ours, Run(kind, bytes.Select(value => new[] { value })));
    }

    private static void AssertRefuses(HttpParserKind kind, string connection, int status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", Run(kind, [Encoding.Latin1.GetBytes(connection)]), StringComparison.Ordinal);

    private static void AssertVerdicts(HttpParserKind kind)
    {
        IHeadParser parser = HeadParsers.Of(kind);
        HeadLimits limits = HeadLimits.Default;
        ulong[] fields = new ulong[limits.TableLength];
        string[] corpus = [.. Corpus.All];
        var random = new Random(5);
        for (int i = 0; i < Fuzz.Iterations; i++)
        {
            byte[] bytes = Fuzz.Mutate(random, corpus[random.Next(corpus.Length)]);
            RequestHead head = default;
            ParseResult result = parser.Parse(bytes, ref head, fields, limits);
            switch (result.Status)
            {
                case ParseStatus.Rejected:
                    Assert.NotEqual(RejectReason.None, result.Reason);
                    break;
                case ParseStatus.Done:
                    Assert.InRange(result.Consumed, 1, bytes.Length);
                    Assert.All(fields[..head.FieldCount], word => new FieldEntry(word).Value(bytes.AsSpan(0, result.Consumed)));
                    break;
            }
        }
    }

    private static string Run(HttpParserKind kind, IEnumerable<byte[]> pieces) => new EngineRun(options =>
    {
        options.Parser = kind;
        options.Limits.MaxRequestHeadersTotalSize = 100;
        options.Limits.MaxRequestHeaderCount = 5;
    }).Feed(pieces).Output;
}
