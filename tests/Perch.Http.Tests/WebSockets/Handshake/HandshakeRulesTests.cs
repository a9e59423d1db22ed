using Perch.Http.Parsing;
using Perch.Http.WebSockets.Handshake;

namespace Perch.Http.Tests.WebSockets.Handshake;

public class HandshakeRulesTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    // RFC 6455 §1.3.
    [Fact]
    public void AcceptKey_IsThatOfTheRfcsExample() => Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", AcceptKey.Of(Key));

    [Theory]
    [InlineData("", "")]
    [InlineData("sec-websocket-protocol: chat, superchat", "chat superchat")]
    [InlineData("sec-websocket-protocol: b\nsec-websocket-protocol: a, c", "b a c")]
    [InlineData("sec-websocket-protocol:  \t,a ,,\tb,", "a b")]
    [InlineData("sec-websocket-protocol: Chat,chat", "Chat chat")]
    public void Subprotocols_AreThoseOfAllFieldsInOrder(string fields, string expected) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), HandshakeRules.Subprotocols(Headers(fields)));

    // RFC 6455 §4.2.1.
    [Theory]
    [InlineData(false, false, RejectReason.HandshakeMethod)]
    [InlineData(true, true, RejectReason.HandshakeBody)]
    [InlineData(true, false, RejectReason.None)]
    public void Upgrade_IsAGetWithoutABody(bool isGet, bool hasBody, object expected)
    {
        HeaderList headers = Headers($"sec-websocket-version: 13\nsec-websocket-key: {Key}");
        Assert.Equal(expected, HandshakeRules.CheckUpgrade(isGet, hasBody, headers, new WebSocketGatewayOptions(), out HandshakeAnswer? answer));
        Assert.Equal(expected is RejectReason.None ? "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" : null, answer?.AcceptKey);
    }

    [Theory]
    [InlineData("sec-websocket-key: " + Key, RejectReason.HandshakeVersion)]
    [InlineData("sec-websocket-version: 8\nsec-websocket-key: " + Key, RejectReason.HandshakeVersion)]
    [InlineData("sec-websocket-version: 13, 8\nsec-websocket-key: " + Key, RejectReason.HandshakeVersion)]
    [InlineData("sec-websocket-version: 013\nsec-websocket-key: " + Key, RejectReason.HandshakeVersion)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-version: 13\nsec-websocket-key: " + Key, RejectReason.HandshakeVersion)]
    [InlineData("sec-websocket-version: 13", RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-key: ", RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-key: c2hvcnQ=", RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZTE=", RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZTEy", RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ", RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZ!==", RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-key: dGhlIHNhbXBsZSBub25j Q==", RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-key: " + Key + "\nsec-websocket-key: " + Key, RejectReason.HandshakeKey)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-protocol: a b\nsec-websocket-key: " + Key, RejectReason.HandshakeSubprotocols)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-protocol: a, \"b\"\nsec-websocket-key: " + Key, RejectReason.HandshakeSubprotocols)]
    [InlineData("sec-websocket-version: 13\nsec-websocket-extensions: x; =\nsec-websocket-key: " + Key, RejectReason.HandshakeExtensions)]
    public void Upgrade_WithAFieldThatIsNoneIsRefused(string fields, object expected)
    {
        Assert.Equal(expected, HandshakeRules.CheckUpgrade(true, hasBody: false, Headers(fields), new WebSocketGatewayOptions(), out HandshakeAnswer? answer));
        Assert.True(answer is null || expected is RejectReason.HandshakeKey);
    }

    // RFC 8441 §5: no key, and so no Sec-WebSocket-Accept.
    [Fact]
    public void Connect_NeedsTheVersionAlone()
    {
        var options = new WebSocketGatewayOptions { PerMessageDeflate = true };
        HeaderList headers = Headers("sec-websocket-version: 13\nsec-websocket-extensions: permessage-deflate");
        Assert.Equal(RejectReason.None, HandshakeRules.CheckConnect(headers, options, out HandshakeAnswer? answer));
        Assert.Null(answer!.AcceptKey);
        Assert.Equal("permessage-deflate", answer.Extensions);
        Assert.NotNull(answer.Deflate);
        Assert.Equal(RejectReason.HandshakeVersion, HandshakeRules.CheckConnect(HeaderList.Empty, options, out _));
    }

    private static HeaderList Headers(string fields) =>
        [.. fields.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(field => new Header(field[..field.IndexOf(':')], field[(field.IndexOf(':') + 1)..].Trim(' ')))];
}
