using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

public class FramingTests
{
    // RFC 9110 8.6 and RFC 9112 6.3 item 5.
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 5)]
    [InlineData("005", 5)]
    [InlineData("5, 5", 5)]
    [InlineData("5,\t05 ,5", 5)]
    [InlineData("9223372036854775806", long.MaxValue - 1)]
    public void ContentLength_IsDigits(string value, long length) =>
        Assert.Equal(length, Heads.Accept(Heads.WithFields("Content-Length: " + value)).ContentLength);

    // The same clauses.
    [Theory]
    [InlineData("+5", "InvalidContentLength")]
    [InlineData("-0", "InvalidContentLength")]
    [InlineData("0x5", "InvalidContentLength")]
    [InlineData("5 5", "InvalidContentLength")]
    [InlineData("5.0", "InvalidContentLength")]
    [InlineData("\"5\"", "InvalidContentLength")]
    [InlineData("", "InvalidContentLength")]
    [InlineData(",5", "InvalidContentLength")]
    [InlineData("5,", "InvalidContentLength")]
    [InlineData("5,6", "DifferingContentLengths")]
    [InlineData("9223372036854775807", "InvalidContentLength")]
    [InlineData("9223372036854775808", "InvalidContentLength")]
    [InlineData("18446744073709551621", "InvalidContentLength")]
    [InlineData("5\r\nContent-Length: 6", "DifferingContentLengths")]
    [InlineData("5\r\ncontent-length: x", "InvalidContentLength")]
    public void ContentLengthThatIsNotOneNumber_IsRejected(string value, string reason) =>
        Assert.Equal(Enum.Parse<RejectReason>(reason), Heads.Reason(Heads.WithFields("Content-Length: " + value)));

    // RFC 9112 6.1: exactly "chunked"; anything else would let two recipients differ about the end of the body.
    [Theory]
    [InlineData("chunked", "None")]
    [InlineData("CHUNKED", "None")]
    [InlineData("chunked, chunked", "InvalidTransferEncoding")]
    [InlineData("gzip, chunked", "InvalidTransferEncoding")]
    [InlineData("chunked, gzip", "InvalidTransferEncoding")]
    [InlineData("chunked,", "InvalidTransferEncoding")]
    [InlineData("chunked;a=b", "InvalidTransferEncoding")]
    [InlineData("\"chunked\"", "InvalidTransferEncoding")]
    [InlineData("\x0B" + "chunked", "InvalidFieldValue")]
    [InlineData("", "InvalidTransferEncoding")]
    [InlineData("gzip", "UnsupportedTransferCoding")]
    [InlineData("identity", "UnsupportedTransferCoding")]
    [InlineData("xchunked", "UnsupportedTransferCoding")]
    [InlineData("chunked\r\nTransfer-Encoding: chunked", "InvalidTransferEncoding")]
    [InlineData("chunked\r\nContent-Length: 5", "TransferEncodingWithContentLength")]
    [InlineData("chunked\r\nContent-Length: 0", "TransferEncodingWithContentLength")]
    public void TransferEncodingThatIsNotChunked_IsRejected(string value, string reason) =>
        Assert.Equal(Enum.Parse<RejectReason>(reason), Heads.Reason(Heads.WithFields("Transfer-Encoding: " + value)));

    // RFC 9110 5.1: a name is known by all of it; these are as long as one that matters for framing, and end as it does.
    [Theory]
    [InlineData("Aspect: 100-continue")]
    [InlineData("Comrade: websocket")]
    [InlineData("X-Location: close")]
    [InlineData("X-Location: close\r\nX-Location: keep-alive")]
    [InlineData("Cont-nt-Length: 5")]
    [InlineData("Transf-r-Encoding: chunked")]
    public void NameThatEndsAsOneThatMatters_MeansNothing(string fields)
    {
        var head = Heads.Accept(Heads.WithFields(fields));
        Assert.Equal((HeadFacts.HasHost, -1), (head.Facts, head.ContentLength));
    }

    // The same beside the real one.
    [Theory]
    [InlineData("X-Location: a\r\nConnection: close", "HasHost, Close")]
    [InlineData("Connection: close\r\nX-Location: a", "HasHost, Close")]
    [InlineData("Aspect: a\r\nExpect: 100-continue\r\nAspect: a", "HasHost, ExpectContinue")]
    public void NameThatMatters_IsFoundAmongThoseThatEndAlike(string fields, string facts) =>
        Assert.Equal(Enum.Parse<HeadFacts>(facts), Heads.Accept(Heads.WithFields(fields)).Facts);

    [Fact]
    public void ContentLengthBeforeTransferEncoding_IsRejected() =>
        Assert.Equal(
            RejectReason.TransferEncodingWithContentLength,
            Heads.Reason(Heads.WithFields("Content-Length: 5\r\nTransfer-Encoding: chunked")));

    // RFC 9112 6.1: in HTTP/1.0 the framing counts as faulty and the connection is closed after the message.
    [Fact]
    public void TransferEncodingInHttp10_EndsTheConnection()
    {
        var head = Heads.Accept(Heads.WithFields("Transfer-Encoding: chunked\r\nConnection: keep-alive", "1.0"));
        Assert.True(head.Has(HeadFacts.Chunked));
        Assert.False(head.AllowsKeepAlive);
    }

    // RFC 9112 3.2.
    [Theory]
    [InlineData("1.1", "", "MissingHost")]
    [InlineData("1.0", "", "None")]
    [InlineData("1.1", "Host: a\r\nHost: a\r\n", "RepeatedHost")]
    [InlineData("1.0", "Host: a\r\nhost: a\r\n", "RepeatedHost")]
    [InlineData("1.1", "Host: a b\r\n", "InvalidHost")]
    [InlineData("1.0", "Host: a/b\r\n", "InvalidHost")]
    [InlineData("1.1", "Host:\r\n", "None")]
    public void Host_IsThereOnce(string version, string fields, string reason) =>
        Assert.Equal(Enum.Parse<RejectReason>(reason), Heads.Reason($"GET / HTTP/{version}\r\n{fields}\r\n"));

    // RFC 9110 7.2 and RFC 3986 3.2.2, 3.2.3.
    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b-c_d~e", true)]
    [InlineData("a:80", true)]
    [InlineData("a:", true)]
    [InlineData("a:65535", true)]
    [InlineData("a:65536", false)]
    [InlineData("a:000080", false)]
    [InlineData("a:8o", false)]
    [InlineData("a:80:80", false)]
    [InlineData(":80", false)]
    [InlineData("a%20b", true)]
    [InlineData("a%2", false)]
    [InlineData("a%", false)]
    [InlineData("a@b", false)]
    [InlineData("a?b", false)]
    [InlineData("a#b", false)]
    [InlineData("a\\b", false)]
    [InlineData("http://a", false)]
    [InlineData("\xE9", false)]
    [InlineData("127.0.0.1:5000", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::]", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("[1:2:3:4:5:6:7:8]", true)]
    [InlineData("[1:2:3:4:5:6:7::]", true)]
    [InlineData("[::2:3:4:5:6:7:8]", true)]
    [InlineData("[::ffff:127.0.0.1]", true)]
    [InlineData("[1:2:3:4:5:6:1.2.3.4]", true)]
    [InlineData("[v1.a:b]", true)]
    [InlineData("[1:2:3:4:5:6:7:8:9]", false)]
    [InlineData("[1:2:3:4:5:6:7]", false)]
    [InlineData("[1:2:3:4::5:6:7:8]", false)]
    [InlineData("[1::2::3]", false)]
    [InlineData("[:1]", false)]
    [InlineData("[1:]", false)]
    [InlineData("[12345::]", false)]
    [InlineData("[::127.0.0.01]", false)]
    [InlineData("[::127.0.0.256]", false)]
    [InlineData("[::127.0.0]", false)]
    [InlineData("[::1%25eth0]", false)]
    [InlineData("[::g]", false)]
    [InlineData("[::1", false)]
    [InlineData("[]", false)]
    [InlineData("[v.a]", false)]
    [InlineData("[v1.]", false)]
    [InlineData("[::1]a", false)]
    public void HostValue_FollowsTheGrammar(string host, bool isRight)
    {
        Assert.Equal(isRight ? RejectReason.None : RejectReason.InvalidHost, Heads.Reason($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));

        // The authority of a target follows the same grammar, unless it ends earlier than the value does.
        if (host.AsSpan().IndexOfAny('?', '/') < 0)
            Assert.Equal(isRight, Heads.Reason(Heads.WithLine($"GET http://{host}/ HTTP/1.1")) == RejectReason.None);
    }

    // RFC 9110 7.6.1, 7.8, 10.1.1 and 10.1.4; RFC 9112 9.3.
    [Theory]
    [InlineData("1.1", "A: b", "HasHost", true)]
    [InlineData("1.0", "A: b", "Http10, HasHost", false)]
    [InlineData("1.1", "Connection: Close", "Close, HasHost", false)]
    [InlineData("1.1", "Connection: KEEP-ALIVE", "KeepAlive, HasHost", true)]
    [InlineData("1.0", "Connection: keep-alive", "Http10, KeepAlive, HasHost", true)]
    [InlineData("1.0", "Connection: keep-alive\r\nConnection: close", "Http10, Close, KeepAlive, HasHost", false)]
    [InlineData("1.1", "Connection: x,, upgrade ,close", "Close, ConnectionUpgrade, HasHost", false)]
    [InlineData("1.1", "Connection: closed", "HasHost", true)]
    [InlineData("1.1", "Upgrade: a, WebSocket", "WebSocket, HasHost", true)]
    [InlineData("1.1", "TE: deflate;q=0.5, Trailers", "AcceptsTrailers, HasHost", true)]
    [InlineData("1.1", "TE: trailers;q=1", "HasHost", true)]
    [InlineData("1.1", "Expect: 100-CONTINUE", "ExpectContinue, HasHost", true)]
    [InlineData("1.0", "Expect: 100-continue", "Http10, HasHost", false)]
    [InlineData("1.1", "Transfer-Encodings: x\r\nConnecting: close\r\nUpgraded: websocket", "HasHost", true)]
    public void Facts_AreGathered(string version, string fields, string facts, bool keepAlive)
    {
        var head = Heads.Accept(Heads.WithFields(fields, version));
        Assert.Equal(Enum.Parse<HeadFacts>(facts), head.Facts);
        Assert.Equal(keepAlive, head.AllowsKeepAlive);
    }

    // RFC 9110 10.1.1: an expectation that cannot be met MAY be answered with 417.
    [Fact]
    public void OtherExpectation_IsRejected() =>
        Assert.Equal(RejectReason.UnsupportedExpectation, Heads.Reason(Heads.WithFields("Expect: 200-ok")));
}
