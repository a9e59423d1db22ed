using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

public class RequestLineTests
{
    // RFC 9112 3: method SP request-target SP HTTP-version, single spaces and nothing else.
    [Theory]
    [InlineData("GET  / HTTP/1.1", "InvalidTarget")]
    [InlineData("GET /  HTTP/1.1", "InvalidVersion")]
    [InlineData("GET\t/ HTTP/1.1", "InvalidMethod")]
    [InlineData(" GET / HTTP/1.1", "LeadingWhitespace")]
    [InlineData("\tGET / HTTP/1.1", "LeadingWhitespace")]
    [InlineData("GET / HTTP/1.1 ", "InvalidVersion")]
    [InlineData("GET /", "MissingVersion")]
    [InlineData("GET ", "MissingVersion")]
    [InlineData("GET", "InvalidMethod")]
    public void OtherSpacing_IsRejected(string line, string reason) =>
        Assert.Equal(Enum.Parse<RejectReason>(reason), Heads.Reason(Heads.WithLine(line)));

    // RFC 9110 9.1 and 5.6.2: method = token.
    [Fact]
    public void EveryByteThatIsNoTokenInMethod_IsRejected()
    {
        for (var value = 0; value < 256; value++)
        {
            var isToken = value < 128 && (char.IsAsciiLetterOrDigit((char)value) || "!#$%&'*+-.^_`|~".Contains((char)value, StringComparison.Ordinal));
            var reason = Heads.Reason(Heads.WithLine($"G{(char)value}T / HTTP/1.1"));
            Assert.Equal((value, isToken), (value, reason == RejectReason.None));
        }
    }

    // RFC 9112 3.2 and RFC 3986: a target has URI bytes only; no fragment, no control, no white space.
    [Fact]
    public void EveryByteThatIsInNoUriInTarget_IsRejected()
    {
        for (var value = 0; value < 256; value++)
        {
            var isTarget = value < 128 && (char.IsAsciiLetterOrDigit((char)value) || "-._~:/?[]@!$&'()*+,;=".Contains((char)value, StringComparison.Ordinal));
            foreach (var padding in new[] { 0, 60, 200 })
            {
                var reason = Heads.Reason(Heads.WithLine($"GET /{new string('p', padding)}{(char)value}x HTTP/1.1"));
                Assert.Equal((value, isTarget), (value, reason == RejectReason.None));
            }
        }
    }

    // RFC 9112 2.2: a bare CR is never part of an element.
    [Fact]
    public void BareCarriageReturnInTarget_IsRejected() =>
        Assert.NotEqual(RejectReason.None, Heads.Reason(Heads.WithLine("GET /a\rb HTTP/1.1")));

    // RFC 3986 2.1: pct-encoded = "%" HEXDIG HEXDIG
    [Theory]
    [InlineData("/%", false)]
    [InlineData("/%4", false)]
    [InlineData("/%4g", false)]
    [InlineData("/%g4", false)]
    [InlineData("/%%41", false)]
    [InlineData("/%41", true)]
    [InlineData("/?%aF%Fa", true)]
    public void PercentWithoutTwoHexDigits_IsRejected(string target, bool isRight)
    {
        foreach (var padding in new[] { "", new string('p', 59), new string('p', 130) })
            Assert.Equal(isRight ? RejectReason.None : RejectReason.InvalidTarget, Heads.Reason(Heads.WithLine($"GET /{padding}{target} HTTP/1.1")));
    }

    // RFC 9112 2.3 and RFC 9110 15.6.6.
    [Theory]
    [InlineData("HTTP/1.1", "None")]
    [InlineData("HTTP/1.0", "None")]
    [InlineData("HTTP/1.2", "UnsupportedVersion")]
    [InlineData("HTTP/2.0", "UnsupportedVersion")]
    [InlineData("HTTP/0.9", "UnsupportedVersion")]
    [InlineData("HTTP/9.9", "UnsupportedVersion")]
    [InlineData("http/1.1", "InvalidVersion")]
    [InlineData("HTTP/1.10", "InvalidVersion")]
    [InlineData("HTTP/11", "InvalidVersion")]
    [InlineData("HTTP/1.", "InvalidVersion")]
    [InlineData("HTTP/-.1", "InvalidVersion")]
    [InlineData("HTTPS/1.1", "InvalidVersion")]
    public void Version_IsExactlyOneOfTwo(string version, string reason) =>
        Assert.Equal(Enum.Parse<RejectReason>(reason), Heads.Reason(Heads.WithLine($"GET / {version}")));

    // RFC 9112 2.2: a lone LF MAY be taken as a line end; it is not here.
    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n")]
    [InlineData("GET /\nHost: a\r\n\r\n")]
    [InlineData("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n")]
    public void BareLineFeed_IsRejected(string text) => Assert.Equal(RejectReason.BareLineFeed, Heads.Reason(text));

    // RFC 9112 2.2: at least one empty line before the request line is ignored; here exactly one.
    [Theory]
    [InlineData("", "None")]
    [InlineData("\r\n", "None")]
    [InlineData("\r\n\r\n", "LeadingEmptyLines")]
    [InlineData("\r", "BareCarriageReturn")]
    public void OneLeadingEmptyLine_IsIgnored(string before, string reason) =>
        Assert.Equal(Enum.Parse<RejectReason>(reason), Heads.Reason(before + Heads.WithLine("GET / HTTP/1.1")));

    // RFC 9110 9.1: methods are case-sensitive.
    [Fact]
    public void KnownMethods_AreFound()
    {
        foreach (var method in Enum.GetValues<KnownMethod>().Where(method => method is not (KnownMethod.Other or KnownMethod.Connect)))
        {
            var name = method.ToString().ToUpperInvariant();
            Assert.Equal(method, Heads.Accept(Heads.WithLine($"{name} / HTTP/1.1")).Method);
            Assert.Equal(KnownMethod.Other, Heads.Accept(Heads.WithLine($"{name}X / HTTP/1.1")).Method);
            Assert.Equal(KnownMethod.Other, Heads.Accept(Heads.WithLine($"{name[..^1]} / HTTP/1.1")).Method);
            Assert.Equal(KnownMethod.Other, Heads.Accept(Heads.WithLine($"{method} / HTTP/1.1".Replace(name, method.ToString(), StringComparison.Ordinal))).Method);
        }
    }

    // RFC 9112 3.2: which form goes with which method.
    [Theory]
    [InlineData("GET *", "TargetFormMismatch")]
    [InlineData("OPTIONS *", "None")]
    [InlineData("OPTIONS /", "None")]
    [InlineData("GET example.com:80", "InvalidTarget")]
    [InlineData("CONNECT example.com:80", "None")]
    [InlineData("CONNECT [::1]:80", "None")]
    [InlineData("CONNECT example.com", "TargetFormMismatch")]
    [InlineData("CONNECT example.com:", "TargetFormMismatch")]
    [InlineData("CONNECT :80", "TargetFormMismatch")]
    [InlineData("CONNECT /", "TargetFormMismatch")]
    [InlineData("CONNECT http://example.com/", "TargetFormMismatch")]
    [InlineData("GET http://example.com", "None")]
    [InlineData("GET HTTPS://example.com/", "None")]
    [InlineData("GET http://", "InvalidTarget")]
    [InlineData("GET http:///", "InvalidTarget")]
    [InlineData("GET http://:80/", "InvalidTarget")]
    [InlineData("GET http://user@example.com/", "InvalidTarget")]
    [InlineData("GET http://a:99999/", "InvalidTarget")]
    [InlineData("GET ftp://example.com/", "InvalidTarget")]
    [InlineData("GET a", "InvalidTarget")]
    [InlineData("GET ?a", "InvalidTarget")]
    public void TargetForm_FitsTheMethod(string start, string reason) =>
        Assert.Equal(Enum.Parse<RejectReason>(reason), Heads.Reason(Heads.WithLine(start + " HTTP/1.1")));

    // RFC 9112 3.2.2: with absolute-form, path and host are the target's, and Host is ignored.
    [Theory]
    [InlineData("http://b:81/p?q", "b:81", "/p?q")]
    [InlineData("http://b", "b", "")]
    [InlineData("https://[::1]?q", "[::1]", "?q")]
    public void AbsoluteForm_GivesPathAndHost(string target, string host, string path)
    {
        var text = Heads.WithLine($"GET {target} HTTP/1.1");
        var head = Heads.Accept(text);
        Assert.Equal(TargetForm.Absolute, head.TargetForm);
        Assert.Equal(host, Heads.Text(head.Host.Of(Heads.Bytes(text))));
        Assert.Equal(path, Heads.Text(head.PathAndQuery.Of(Heads.Bytes(text))));
    }
}
