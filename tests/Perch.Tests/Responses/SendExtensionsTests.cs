using Perch.Tests.Support;

namespace Perch.Tests.Responses;

public sealed class SendExtensionsTests
{
    [Fact]
    public async Task Text_IsUtf8_WithTypeAndLength()
    {
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.TextAsync("\u017C");
        Assert.True(exchange.IsComplete);
        Assert.Equal((200, "\u017C"), (exchange.Status, exchange.Text));
        Assert.Equal("content-type: text/plain; charset=utf-8\ncontent-length: 2", exchange.Headers.ToString());
    }

    [Fact]
    public async Task GivenHeaders_StandInsteadOfTheHelpersOwn()
    {
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.TextAsync("<p>", 201, headers: [("x-id", "7"), ("Content-Type", "text/html")]);
        Assert.Equal(201, exchange.Status);
        Assert.Equal("x-id: 7\ncontent-type: text/html\ncontent-length: 3", exchange.Headers.ToString());
    }

    [Fact]
    public async Task Json_IsWritten()
    {
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.JsonAsync(new Point(1, 2), TestJson.Default.Point);
        Assert.Equal("{\"X\":1,\"Y\":2}", exchange.Text);
        Assert.Equal("application/json", exchange.Header("content-type"));
    }

    [Fact]
    public async Task Bytes_AreNotCopied()
    {
        var exchange = new Exchange(Exchange.Get());
        byte[] bytes = [1, 2, 3];
        await exchange.Send.BytesAsync(bytes);
        Assert.True(((HttpResponseBody)exchange.Sent[1]).Body.Equals(bytes));
        Assert.Equal("application/octet-stream", exchange.Header("content-type"));
    }

    [Fact]
    public async Task HeadResponse_DeclaresTheLengthThatGetHas()
    {
        var exchange = new Exchange(Exchange.Get(method: "HEAD"));
        await exchange.Send.TextAsync("hello");
        Assert.True(exchange.IsComplete);
        Assert.Equal("5", exchange.Header("content-length"));
        Assert.Empty(exchange.Body);
    }

    [Theory]
    [InlineData(204, null)]
    [InlineData(205, null)]
    [InlineData(304, null)]
    [InlineData(200, "0")]
    [InlineData(404, "0")]
    public async Task Status_HasNoBody(int status, string? length)
    {
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.StatusAsync(status, [("x-id", "7")]);
        Assert.True(exchange.IsComplete);
        Assert.Equal((status, length, "7", null), (exchange.Status, exchange.Header("content-length"), exchange.Header("x-id"), exchange.Header("content-type")));
    }

    [Fact]
    public async Task WrongInput_IsRefused_BeforeAnythingIsSent()
    {
        var exchange = new Exchange(Exchange.Get());
        await Assert.ThrowsAsync<ArgumentNullException>(() => exchange.Send.TextAsync(null!).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => exchange.Send.JsonAsync<Point>(null!, null!).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => ((Send)null!).StatusAsync(200).AsTask());
        await Assert.ThrowsAsync<GatewayProtocolException>(() => exchange.Send.TextAsync("a", headers: [("x", "a\r\nset-cookie: b=c")]).AsTask());
        await Assert.ThrowsAsync<GatewayProtocolException>(() => exchange.Send.StatusAsync(103).AsTask());
        Assert.Empty(exchange.Sent);
    }

    [Theory]
    [InlineData("/a", "/a")]
    [InlineData("https://example.org:8080/a?b=c&d=%20#e", "https://example.org:8080/a?b=c&d=%20#e")]
    [InlineData("/a b", "/a%20b")]
    [InlineData("/\u017C\u00F3\u0142w", "/%C5%BC%C3%B3%C5%82w")]
    [InlineData("/\uD83E\uDD9C", "/%F0%9F%A6%9C")]
    [InlineData("/\"<>^`{|}", "/%22%3C%3E%5E%60%7B%7C%7D")]
    [InlineData("/\\evil.example", "/%5Cevil.example")]
    [InlineData("/100%", "/100%")]
    public async Task Redirect_EncodesWhatAUriCannotHold(string location, string expected)
    {
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.RedirectAsync(location);
        Assert.Equal((303, expected, "0"), (exchange.Status, exchange.Header("location"), exchange.Header("content-length")));
    }

    [Fact]
    public async Task Redirect_RefusesControlCharacters()
    {
        var exchange = new Exchange(Exchange.Get());
        foreach (char c in Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(char.IsControl))
        {
            await Assert.ThrowsAsync<ArgumentException>(() => exchange.Send.RedirectAsync($"/a{c}b").AsTask());
        }

        await Assert.ThrowsAsync<ArgumentException>(() => exchange.Send.RedirectAsync("/\uD800").AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => exchange.Send.RedirectAsync("").AsTask());
        Assert.Empty(exchange.Sent);
    }

    [Theory]
    [InlineData(301, true)]
    [InlineData(302, true)]
    [InlineData(307, true)]
    [InlineData(308, true)]
    [InlineData(200, false)]
    [InlineData(300, false)]
    [InlineData(304, false)]
    [InlineData(305, false)]
    public async Task Redirect_HasAStatusThatRedirects(int status, bool taken)
    {
        var exchange = new Exchange(Exchange.Get());
        if (taken)
        {
            await exchange.Send.RedirectAsync("/", status);
            Assert.Equal(status, exchange.Status);
        }
        else
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => exchange.Send.RedirectAsync("/", status).AsTask());
        }
    }
}
