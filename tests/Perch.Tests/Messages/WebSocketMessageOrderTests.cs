using Perch.Messages;

namespace Perch.Tests.Messages;

public sealed class WebSocketMessageOrderTests
{
    [Fact]
    public void CloseCodes_AreThoseThatMayBeSent_OverTheWholeRange()
    {
        for (int code = 0; code <= 5000; code++)
        {
            // RFC 6455 §7.4.1, §7.4.2, and what IANA's registry has added: 1012, 1013, 1014.
            bool taken = code is 1000 or 1001 or 1002 or 1003 or 1007 or 1008 or 1009 or 1010 or 1011 or 1012 or 1013 or 1014 or (>= 3000 and < 5000);
            WebSocketMessageOrder order = Open();
            if (taken)
            {
                order.Accept(new WebSocketClose(code));
                Assert.True(order.IsClosed);
            }
            else
            {
                Assert.Throws<GatewayProtocolException>(() => order.Accept(new WebSocketClose(code)));
                Assert.True(order.IsOpen);
            }
        }
    }

    [Theory]
    [InlineData("a", 123, true)]
    [InlineData("a", 124, false)]
    [InlineData("\u00E9", 61, true)]
    [InlineData("\u00E9", 62, false)]
    public void Reason_HasAtMost123BytesOfUtf8(string character, int count, bool taken)
    {
        WebSocketMessageOrder order = Open();
        var close = new WebSocketClose(1000, string.Concat(Enumerable.Repeat(character, count)));
        if (taken)
        {
            order.Accept(close);
        }
        else
        {
            Assert.Throws<GatewayProtocolException>(() => order.Accept(close));
            Assert.True(order.IsOpen);
        }
    }

    [Fact]
    public void SubprotocolThatWasNotOffered_IsRefused_AndChangesNothing()
    {
        var order = new WebSocketMessageOrder(OrderProbe.Everything, ["chat", "v2"]);
        foreach (string wrong in (string[])["Chat", "v3", "", "chat, v2"])
        {
            Assert.Throws<GatewayProtocolException>(() => order.Accept(new WebSocketAccept(wrong)));
            Assert.True(order.IsConnecting);
        }

        order.Accept(new WebSocketAccept("v2"));
        Assert.True(order.IsOpen);
    }

    [Theory]
    [InlineData("sec-websocket-accept")]
    [InlineData("Sec-WebSocket-Protocol")]
    [InlineData("sec-websocket-extensions")]
    [InlineData("sec-websocket-anything")]
    [InlineData("connection")]
    [InlineData("upgrade")]
    [InlineData("content-length")]
    [InlineData("transfer-encoding")]
    public void HeaderOfTheHandshake_IsTheServers(string name)
    {
        var order = new WebSocketMessageOrder(OrderProbe.Everything, ["chat"]);
        Header header = new(System.Text.Encoding.ASCII.GetBytes(name), "chat"u8.ToArray());
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new WebSocketAccept(headers: [header])));
        Assert.True(order.IsConnecting);
    }

    [Fact]
    public void DenialResponseThatIsNotOffered_IsRefused()
    {
        var order = new WebSocketMessageOrder(OfferedExtensions.None, []);
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new WebSocketHttpResponseStart(403)));
        Assert.True(order.IsConnecting);
    }

    [Fact]
    public void DenialBody_IsComparedWithItsContentLength()
    {
        var order = new WebSocketMessageOrder(OrderProbe.Everything, []);
        order.Accept(new WebSocketHttpResponseStart(403, [("content-length", "3")]));
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new WebSocketHttpResponseBody("ab"u8)));
        order.Accept(new WebSocketHttpResponseBody("ab"u8, moreBody: true));
        Assert.Throws<GatewayProtocolException>(() => order.Accept(new WebSocketHttpResponseBody("cd"u8)));
        order.Accept(new WebSocketHttpResponseBody("c"u8));
        Assert.True(order.IsClosed);
        Assert.Equal(3, order.FramedLength);
    }

    [Fact]
    public void TextWithHalfASurrogatePair_CannotBeSent() => Assert.Throws<System.Text.EncoderFallbackException>(() => new WebSocketSend("\uD800"));

    [Fact]
    public void Utf8ThatIsNone_CannotBeSent() => Assert.Throws<ArgumentException>(() => WebSocketSend.Utf8(new byte[] { 0xFF }));

    private static WebSocketMessageOrder Open()
    {
        var order = new WebSocketMessageOrder(OrderProbe.Everything, []);
        order.Accept(new WebSocketAccept());
        return order;
    }
}
