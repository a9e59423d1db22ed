using Perch.Http.WebSockets.Compression;

namespace Perch.Http.Tests.WebSockets;

public sealed class DeflateNegotiationTests
{
    // RFC 7692 §7.1, with servers that want nothing special.
    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits=10", "permessage-deflate")]
    [InlineData("permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits=\"10\"", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=\"\\1\\0\"", "permessage-deflate; server_max_window_bits=10")]
    [InlineData(
        "permessage-deflate;server_no_context_takeover;client_no_context_takeover;server_max_window_bits=9;client_max_window_bits=9",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9")]
    [InlineData("\tpermessage-deflate ; server_max_window_bits = 12 ", "permessage-deflate; server_max_window_bits=12")]

    // §7.1.2.1: "by including the parameter in the response", whatever its value.
    [InlineData("permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15")]

    // §5.1: several offers, in the order of preference; what is not known is passed over.
    [InlineData("x-other; a=b; c, permessage-deflate", "permessage-deflate")]
    [InlineData(", permessage-deflate,,", "permessage-deflate")]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("x-other", null)]
    [InlineData("PERMESSAGE-DEFLATE-x", null)]

    // §7: an offer is declined for a parameter that is unknown, repeated, or has a value that it may not have; the next one is tried.
    [InlineData("permessage-deflate; x", null)]
    [InlineData("permessage-deflate; x, permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits", null)]
    [InlineData("permessage-deflate; server_max_window_bits=9; server_max_window_bits=9, permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; server_no_context_takeover=1", null)]
    [InlineData("permessage-deflate; client_no_context_takeover=true", null)]
    [InlineData("permessage-deflate; server_max_window_bits", null)]
    [InlineData("permessage-deflate; server_max_window_bits=7", null)]
    [InlineData("permessage-deflate; server_max_window_bits=16", null)]
    [InlineData("permessage-deflate; server_max_window_bits=08", null)]
    [InlineData("permessage-deflate; server_max_window_bits=1", null)]
    [InlineData("permessage-deflate; server_max_window_bits=100", null)]
    [InlineData("permessage-deflate; server_max_window_bits=+9", null)]
    [InlineData("permessage-deflate; client_max_window_bits=7", null)]
    [InlineData("permessage-deflate; client_max_window_bits=015", null)]
    [InlineData("permessage-deflate; client_max_window_bits=x, permessage-deflate", "permessage-deflate")]
    public void Offer_IsAnswered(string offer, string? response) => Assert.Equal(response, Negotiate(new() { PerMessageDeflate = true }, offer).Response);

    // RFC 6455 §9.1: what is not by the grammar fails the handshake.
    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("permessage-deflate;")]
    [InlineData("permessage-deflate; ;x")]
    [InlineData("permessage-deflate; server_max_window_bits=")]
    [InlineData("permessage-deflate; server_max_window_bits=\"10")]
    [InlineData("permessage-deflate; server_max_window_bits=\"\"")]
    [InlineData("permessage-deflate; server_max_window_bits=\"1 0\"")]
    [InlineData("permessage-deflate; server_max_window_bits=\"10\"x")]
    [InlineData("permessage-deflate; server_max_window_bits=\"10\\")]
    [InlineData("permessage-deflate server_no_context_takeover")]
    [InlineData("permessage-deflate, ;")]
    [InlineData("=a")]
    [InlineData("a b")]
    [InlineData("a; b=c d")]
    [InlineData("caf\u00e9")]
    public void MalformedOffer_IsRefused(string offer)
    {
        foreach (bool isOn in new[] { true, false })
        {
            Assert.False(DeflateNegotiation.TryNegotiate([offer], new() { PerMessageDeflate = isOn }, out _, out _));
        }
    }

    // RFC 9110 §5.3: several fields are one list.
    [Fact]
    public void SeveralFields_AreOneList()
    {
        (DeflateAgreement? agreement, string? response) = Negotiate(
            new() { PerMessageDeflate = true }, "permessage-deflate; x, x-other", "permessage-deflate; server_max_window_bits=11");
        Assert.Equal(new DeflateAgreement(false, false, 11), agreement);
        Assert.Equal("permessage-deflate; server_max_window_bits=11", response);
    }

    [Fact]
    public void WithoutAnOffer_NothingIsAgreedOn() => Assert.Equal((null, null), Negotiate(new() { PerMessageDeflate = true }));

    [Fact]
    public void SwitchedOff_NothingIsAgreedOn() => Assert.Equal((null, null), Negotiate(new(), "permessage-deflate"));

    // §7.1.1.1, §7.1.2.1: the server may have its own will, whether the offer names it or not.
    [Fact]
    public void ServersWill_IsInTheResponse()
    {
        var options = new WebSocketGatewayOptions { PerMessageDeflate = true, DeflateContextTakeover = false, DeflateWindowBits = 12 };
        (DeflateAgreement? agreement, string? response) = Negotiate(options, "permessage-deflate");
        Assert.Equal(new DeflateAgreement(true, true, 12), agreement);
        Assert.Equal("permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12", response);

        Assert.Equal(10, Negotiate(options, "permessage-deflate; server_max_window_bits=10").Agreement!.ServerMaxWindowBits);
        Assert.Equal(12, Negotiate(options, "permessage-deflate; server_max_window_bits=14").Agreement!.ServerMaxWindowBits);
    }

    private static (DeflateAgreement? Agreement, string? Response) Negotiate(WebSocketGatewayOptions options, params string[] fields)
    {
        Assert.True(DeflateNegotiation.TryNegotiate(fields, options, out DeflateAgreement? agreement, out string? response));
        Assert.Equal(agreement is null, response is null);
        return (agreement, response);
    }
}
