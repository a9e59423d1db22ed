using System.Text;

namespace Perch.Http.Tests.Engine;

/// <summary>The other parsers behind the seam read what both agree on in the same way.</summary>
public sealed class ParserSeamTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /a%20b?x=1 HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nX-Empty:\r\nX-ONE: 2\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET http://b/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void KestrelsParser_GivesTheSameAnswers(string connection)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(connection);
        string ours = new EngineRun().Feed([bytes]).Output;
        Assert.Equal(ours, Run(bytes, [bytes]));
        Assert.Equal(ours, Run(bytes, bytes.Select(value => new[] { value })));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/3.1\r\nHost: a\r\n\r\n", 505)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    public void KestrelsParser_RefusesToo(string connection, int status)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(connection);
        Assert.StartsWith($"HTTP/1.1 {status} ", Run(bytes, [bytes]), StringComparison.Ordinal);
    }

    private static string Run(byte[] bytes, IEnumerable<byte[]> pieces)
    {
        Assert.NotEmpty(bytes);
        return new EngineRun(options => options.Parser = HttpParserKind.Kestrel).Feed(pieces).Output;
    }
}
