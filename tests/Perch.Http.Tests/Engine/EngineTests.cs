using System.Text;

namespace Perch.Http.Tests.Engine;

/// <summary>What the engine answers, byte by byte.</summary>
public sealed class EngineTests
{
    [Fact]
    public void WholeBody_IsFramedByItsLength() => Assert.Equal(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nhi",
        Run(Get(), Start([("content-type", "text/plain")]), Body("hi")));

    [Fact]
    public void BodyInParts_IsChunked() => Assert.Equal(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n5\r\nthere\r\n0\r\n\r\n",
        Run(Get(), Start(), Body("hi", more: true), Body("", more: true), Body("there")));

    // RFC 9112 §6.1: no Transfer-Encoding to HTTP/1.0; §6.3: the end of the connection ends the body.
    [Fact]
    public void BodyInParts_ToHttp10_EndsWithTheConnection() => Assert.Equal(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhithere",
        Run("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", Start(), Body("hi", more: true), Body("there")));

    // RFC 9112 §9.3.
    [Fact]
    public void Http10ThatAsksToKeepTheConnection_IsTold() => Assert.Equal(
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nhi",
        Run("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", Start(), Body("hi")));

    // RFC 9110 §9.3.2.
    [Fact]
    public void Head_GetsTheLengthAndNoBody() => Assert.Equal(
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n",
        Run("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", Start(), Body("hi")));

    [Theory]
    [InlineData(204, "HTTP/1.1 204 No Content\r\n\r\n")] // RFC 9110 §8.6, RFC 9112 §6.1: neither length nor coding.
    [InlineData(205, "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n")] // RFC 9110 §15.3.6.
    [InlineData(304, "HTTP/1.1 304 Not Modified\r\n\r\n")]
    public void StatusWithoutBody_HasNone(int status, string expected) =>
        Assert.Equal(expected, Run(Get(), new HttpResponseStart(status), Body("oops", more: true), Body("more")));

    // RFC 9112 §9.6: what the app says of the connection is the server's to carry out.
    [Fact]
    public void AppThatClosesTheConnection_HasItClosed() => Assert.Equal(
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        Run(Get() + Get(), Start([("connection", "close")]), Body("")));

    [Fact]
    public void TransferEncodingOfTheApp_IsTheServers() => Assert.Equal(
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
        Run(Get(), Start([("transfer-encoding", "chunked")]), Body("hi")));

    // RFC 9110 §6.5.1: trailers only to who takes them.
    [Theory]
    [InlineData("TE: trailers\r\n", "0\r\nx-sum: 42\r\n\r\n")]
    [InlineData("", "0\r\n\r\n")]
    public void Trailers_GoToWhoAsksForThem(string field, string end) => Assert.EndsWith(
        "2\r\nhi\r\n" + end,
        Run($"GET / HTTP/1.1\r\nHost: a\r\n{field}\r\n", new HttpResponseStart(200, trailers: true), Body("hi"), new HttpResponseTrailers([("x-sum", "42")])),
        StringComparison.Ordinal);

    // RFC 8297.
    [Fact]
    public void EarlyHint_GoesBeforeTheHead() => Assert.Equal(
        "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
        Run(Get(), new HttpResponseEarlyHint("</a.css>; rel=preload"), Start(), Body("hi")));

    [Fact]
    public void HeadThatIsLargerThanABlock_IsWhole()
    {
        string value = new('v', 10_000);
        Assert.Equal(
            $"HTTP/1.1 200 OK\r\nx-large: {value}\r\ncontent-length: 2\r\n\r\nhi",
            Run(Get(), Start([("x-large", value)]), Body("hi")));
    }

    [Fact]
    public void EveryAnswerOfAPipeline_IsThere()
    {
        string output = new EngineRun().Feed([Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Get(), 50)))]).Output;
        Assert.Equal(50, output.Split("HTTP/1.1 200 OK").Length - 1);
    }

    // RFC 9110 §15.5.14: refused before the app is called.
    [Fact]
    public void BodyThatIsDeclaredTooLarge_IsRefused()
    {
        string output = new EngineRun(options => options.Limits.MaxRequestBodySize = 10)
            .Feed(["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"u8.ToArray()]).Output;
        Assert.StartsWith("HTTP/1.1 413 ", output, StringComparison.Ordinal);
        Assert.Contains("connection: close\r\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    public void Refusal_ClosesTheConnection(string input)
    {
        string output = new EngineRun().Feed([Encoding.Latin1.GetBytes(input + Get())]).Output;
        Assert.Matches(@"^HTTP/1\.1 (400|505) ", output);
        Assert.Contains("connection: close\r\n", output, StringComparison.Ordinal);
        Assert.Single(output.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
    }

    // RFC 9112 §3.2.2: path and host are the target's.
    [Fact]
    public void AbsoluteForm_ReplacesPathAndHost()
    {
        string output = new EngineRun().Feed(["GET http://other:81/p?q HTTP/1.1\r\nHost: a\r\nX-B: c\r\n\r\n"u8.ToArray()]).Output;
        Assert.EndsWith("GET /p q 1.1 [host: other:81,x-b: c] ", output, StringComparison.Ordinal);
    }

    private static string Get() => "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static HttpResponseStart Start(HeaderList? headers = null) => new(200, headers);

    private static HttpResponseBody Body(string text, bool more = false) => new(Encoding.ASCII.GetBytes(text), more);

    private static string Run(string input, params GatewayEvent[] messages) =>
        new EngineRun(app: run => Array.ForEach(messages, run.Send)).Feed([Encoding.Latin1.GetBytes(input)]).Output;
}
