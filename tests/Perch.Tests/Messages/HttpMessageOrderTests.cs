using System.Text;
using Perch.Messages;

namespace Perch.Tests.Messages;

public sealed class HttpMessageOrderTests
{
    public static TheoryData<string> Extensions =>
    [
        "http.response.debug", "http.response.start (trailers)", "http.response.early_hint", "http.response.zerocopysend",
        "http.response.zerocopysend (more_body)", "http.response.pathsend", "perch.http.response",
    ];

    [Theory]
    [MemberData(nameof(Extensions))]
    public void MessageOfAnExtensionThatIsNotOffered_IsRefused_AndChangesNothing(string column)
    {
        HttpMessageOrder order = Begin(offered: OfferedExtensions.None);
        if (column.Contains("send", StringComparison.Ordinal))
        {
            order.Accept(new HttpResponseStart(200));
        }

        string before = order.StateName;
        var refusal = Assert.Throws<GatewayProtocolException>(() => order.Accept(TestMessages.ByColumn[column], 1));
        Assert.Contains("not offered", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, order.StateName);
    }

    [Fact]
    public void BodyLongerThanContentLength_IsRefused_AndChangesNothing()
    {
        HttpMessageOrder order = Started([("content-length", "3")]);
        order.Accept(new HttpResponseBody("ab"u8, moreBody: true));
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new HttpResponseBody("cd"u8, moreBody: true)));
        order.Accept(new HttpResponseBody("c"u8));
        Assert.True(order.IsComplete);
        Assert.Equal(3, order.FramedLength);
    }

    [Fact]
    public void BodyShorterThanContentLength_IsRefused_AndChangesNothing()
    {
        HttpMessageOrder order = Started([("content-length", "3")]);
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new HttpResponseBody("ab"u8)));
        Assert.False(order.HasBody);
        Assert.Null(order.FramedLength);
        order.Accept(new HttpResponseBody("abc"u8));
        Assert.True(order.IsComplete);
    }

    [Fact]
    public void BytesOfFiles_CountAsBody()
    {
        HttpMessageOrder order = Started([("content-length", "5")]);
        order.Accept(TestMessages.ByColumn["http.response.zerocopysend (more_body)"], fileLength: 3);
        Assert.Throws<GatewayProtocolException>(() => order.Accept(TestMessages.ByColumn["http.response.zerocopysend"], fileLength: 3));
        order.Accept(TestMessages.ByColumn["http.response.zerocopysend"], fileLength: 2);
        Assert.True(order.IsComplete);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+5")]
    [InlineData("-0")]
    [InlineData("-1")]
    [InlineData("5, 5")]
    [InlineData("5,5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("0x5")]
    [InlineData("5.0")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999")]
    [InlineData("\u00B2")]
    public void ContentLengthThatIsNoNumberOfBytes_IsRefused(string value)
    {
        HttpMessageOrder order = Begin();
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new HttpResponseStart(200, [("content-length", value)])));
        Assert.False(order.HasStarted);
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new HttpFullResponse(200, [("content-length", value)])));
        Assert.False(order.HasStarted);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0005", 5)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void ContentLength_IsDigits(string value, long expected)
    {
        HttpMessageOrder order = Started([("Content-Length", value)]);
        Assert.Equal(expected, order.Head!.ContentLength);
    }

    [Theory]
    [InlineData("5", "5")]
    [InlineData("5", "6")]
    public void ContentLengthGivenTwice_IsRefused(string first, string second)
    {
        HttpMessageOrder order = Begin();
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new HttpResponseStart(200, [("content-length", first), ("content-length", second)])));
        Assert.False(order.HasStarted);
    }

    [Fact]
    public void BodyOfAHeadResponse_IsNotComparedWithContentLength()
    {
        HttpMessageOrder order = Begin(isHead: true);
        order.Accept(new HttpResponseStart(200, [("content-length", "3")]));
        order.Accept(HttpResponseBody.Empty);
        Assert.True(order.IsBodiless);
        Assert.Equal(3, order.FramedLength);

        order.Begin(isHead: true, OrderProbe.Everything);
        order.Accept(new HttpResponseStart(200, [("content-length", "3")]));
        order.Accept(new HttpResponseBody("far too long"u8));
        Assert.Equal(3, order.FramedLength);

        order.Begin(isHead: true, OrderProbe.Everything);
        order.Accept(new HttpFullResponse(200, body: "abcd"u8.ToArray()));
        Assert.Equal(4, order.FramedLength);
    }

    [Theory]
    [InlineData(204, null)] // RFC 9110 §8.6: never with 204.
    [InlineData(205, 0L)] // RFC 9110 §15.3.6: framed as having none of its content.
    [InlineData(304, 3L)] // RFC 9110 §8.6: the length that 200 would have had.
    public void StatusWithoutBody_TakesBodyEvents_AndDeclaresWhatItsClauseAllows(int status, long? declared)
    {
        HttpMessageOrder order = Begin();
        order.Accept(new HttpResponseStart(status, [("content-length", "3")]));
        order.Accept(new HttpResponseBody("abcdef"u8, moreBody: true));
        order.Accept(HttpResponseBody.Empty);
        Assert.True(order.IsBodiless);
        Assert.True(order.IsComplete);
        Assert.Equal(declared, order.FramedLength);
    }

    [Fact]
    public void Length_IsFramedOnlyWhereTheFirstBodyEventTellsIt()
    {
        HttpMessageOrder order = Started([]);
        order.Accept(new HttpResponseBody("abc"u8));
        Assert.Equal(3, order.FramedLength);

        order = Started([]);
        order.Accept(new HttpResponseBody("abc"u8, moreBody: true));
        order.Accept(HttpResponseBody.Empty);
        Assert.Null(order.FramedLength);

        order = Begin();
        order.Accept(new HttpResponseStart(200, trailers: true));
        order.Accept(new HttpResponseBody("abc"u8));
        Assert.Null(order.FramedLength);
        Assert.True(order.IsAwaitingTrailers);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(103)]
    [InlineData(199)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void StatusThatIsNotFinal_IsRefused(int status)
    {
        Assert.Throws<GatewayProtocolException>(() => Begin().Accept(new HttpResponseStart(status)));
        Assert.Throws<GatewayProtocolException>(() => Begin().Accept(new HttpFullResponse(status)));
        Assert.Throws<GatewayProtocolException>(() => new WebSocketMessageOrder(OrderProbe.Everything, []).Accept(new WebSocketHttpResponseStart(status)));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(599)]
    [InlineData(999)]
    public void FinalStatus_IsTaken(int status) => Begin().Accept(new HttpResponseStart(status));

    [Theory]
    [InlineData("gzip")]
    [InlineData("chunked, chunked")]
    [InlineData("identity")]
    [InlineData("")]
    public void TransferEncoding_IsRefused(string value) =>
        Assert.Throws<GatewayProtocolException>(() => Begin().Accept(new HttpResponseStart(200, [("transfer-encoding", value)])));

    [Fact]
    public void TransferEncodingChunked_IsTaken() => Begin().Accept(new HttpResponseStart(200, [("transfer-encoding", "Chunked")]));

    [Fact]
    public void HeaderNames_AreTokens_OverAllBytes()
    {
        const string TokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (int b = 0; b < 256; b++)
        {
            byte[][] names = [[(byte)b], [(byte)'x', (byte)b], [(byte)'x', (byte)b, (byte)'y']];
            foreach (byte[] name in names)
            {
                AssertHeader(new Header(name, "v"u8.ToArray()), TokenCharacters.Contains((char)b, StringComparison.Ordinal));
            }
        }

        AssertHeader(default, taken: false);
    }

    [Fact]
    public void HeaderValues_HaveNoControlsButTab_OverAllBytes()
    {
        for (int b = 0; b < 256; b++)
        {
            byte[][] values = [[(byte)b], [(byte)'x', (byte)b], [(byte)b, (byte)'y'], [.. Encoding.ASCII.GetBytes(new string('x', 40)), (byte)b]];
            foreach (byte[] value in values)
            {
                AssertHeader(new Header("x-test"u8.ToArray(), value), b == 9 || b is >= 0x20 and not 0x7F);
            }
        }
    }

    [Theory]
    [InlineData("content-length")]
    [InlineData("transfer-encoding")]
    [InlineData("connection")]
    [InlineData("keep-alive")]
    [InlineData("upgrade")]
    [InlineData("proxy-connection")]
    [InlineData("host")]
    [InlineData("trailer")]
    public void FieldThatFramesOrRoutes_CannotBeATrailer(string name)
    {
        HttpMessageOrder order = Begin();
        order.Accept(new HttpResponseStart(200, trailers: true));
        order.Accept(HttpResponseBody.Empty);
        foreach (string spelling in (string[])[name, name.ToUpperInvariant()])
        {
            Header trailer = new(Encoding.ASCII.GetBytes(spelling), "1"u8.ToArray());
            Assert.Throws<GatewayProtocolException>(() => order.Accept(new HttpResponseTrailers([("x-sum", "1"), trailer])));
            Assert.True(order.IsAwaitingTrailers);
        }

        order.Accept(new HttpResponseTrailers([("x-sum", "1")]));
        Assert.True(order.IsComplete);
    }

    [Fact]
    public void EarlyHintWithALineEnd_IsRefused() =>
        Assert.Throws<GatewayProtocolException>(() => Begin().Accept(new HttpResponseEarlyHint("</a>; rel=preload\r\nset-cookie: a=b")));

    [Fact]
    public void EarlyHintOutsideLatin1_IsRefused() => Assert.Throws<ArgumentException>(() => new HttpResponseEarlyHint("</\u0142>"));

    [Fact]
    public void CachedStart_IsCheckedOnce()
    {
        var headers = new CountingHeaders();
        var start = new HttpResponseStart(200, headers);
        Begin().Accept(start);
        int reads = headers.Reads;
        Assert.True(reads > 0);
        Begin().Accept(start);
        Assert.Equal(reads, headers.Reads);
    }

    [Fact]
    public void RefusedStart_IsRefusedAgain()
    {
        var start = new HttpResponseStart(200, [("x", "a\r\nb")]);
        Assert.Throws<GatewayProtocolException>(() => Begin().Accept(start));
        Assert.Throws<GatewayProtocolException>(() => Begin().Accept(start));
    }

    [Fact]
    public void Begin_ForgetsTheLastRequest()
    {
        HttpMessageOrder order = Started([("content-length", "1")]);
        order.Accept(new HttpResponseBody("a"u8));
        order.Begin(isHead: false, OfferedExtensions.None);
        Assert.Equal("initial", order.StateName);
        Assert.Null(order.Head);
        Assert.Null(order.FramedLength);
    }

    private static HttpMessageOrder Begin(bool isHead = false, OfferedExtensions offered = OrderProbe.Everything)
    {
        var order = new HttpMessageOrder();
        order.Begin(isHead, offered);
        return order;
    }

    private static HttpMessageOrder Started(HeaderList headers)
    {
        HttpMessageOrder order = Begin();
        order.Accept(new HttpResponseStart(200, headers));
        return order;
    }

    /// <summary>In every message that carries headers.</summary>
    private static void AssertHeader(Header header, bool taken)
    {
        HttpMessageOrder trailers = Begin();
        trailers.Accept(new HttpResponseStart(200, trailers: true));
        trailers.Accept(HttpResponseBody.Empty);
        Action[] sends =
        [
            () => Begin().Accept(new HttpResponseStart(200, [header])),
            () => Begin().Accept(new HttpFullResponse(200, [header])),
            () => trailers.Accept(new HttpResponseTrailers([header])),
            () => new WebSocketMessageOrder(OrderProbe.Everything, []).Accept(new WebSocketAccept(headers: [header])),
            () => new WebSocketMessageOrder(OrderProbe.Everything, []).Accept(new WebSocketHttpResponseStart(403, [header])),
        ];

        foreach (Action send in sends)
        {
            if (taken)
            {
                send();
            }
            else
            {
                Assert.Throws<GatewayProtocolException>(send);
            }
        }
    }
}
