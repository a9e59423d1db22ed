using System.IO.Compression;
using System.Text;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

/// <summary>RFC 7692: permessage-deflate, for an app that allows it.</summary>
public abstract partial class ConformanceSuite
{
    private const string Deflate = "permessage-deflate";

    // RFC 7692 §7.1: what is offered, and all parameters of the answer; none where no offer can be agreed to.
    private static readonly (string Offer, string[]? Answer)[] Offered =
    [
        ("permessage-deflate", []),
        ("permessage-deflate; server_no_context_takeover", ["server_no_context_takeover"]),
        ("permessage-deflate; server_max_window_bits=10", ["server_max_window_bits=10"]),
        ("permessage-deflate; server_max_window_bits=15", ["server_max_window_bits=15"]),
        ("permessage-deflate; server_max_window_bits=\"9\"", ["server_max_window_bits=9"]),
        ("permessage-deflate; server_no_context_takeover; server_max_window_bits=8", ["server_max_window_bits=8", "server_no_context_takeover"]),
        ("x-unknown, permessage-deflate; unknown, permessage-deflate; server_max_window_bits=12", ["server_max_window_bits=12"]),
        ("permessage-deflate; server_max_window_bits=16, permessage-deflate", []),
        ("permessage-deflate; unknown", null),
        ("permessage-deflate; server_no_context_takeover=1", null),
        ("permessage-deflate; client_no_context_takeover=yes", null),
        ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", null),
        ("permessage-deflate; server_max_window_bits", null),
        ("permessage-deflate; server_max_window_bits=7", null),
        ("permessage-deflate; server_max_window_bits=16", null),
        ("permessage-deflate; server_max_window_bits=010", null),
        ("permessage-deflate; client_max_window_bits=7", null),
        ("permessage-deflate; client_max_window_bits=16", null),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", null),
        ("deflate-frame", null),
    ];

    [Fact]
    [Trait(WebSocketsOnly.Needs, "strict negotiation")]
    public async Task Deflate_TheFirstValidOfferIsTaken()
    {
        await using ConformanceProcess app = await StartAsync("WebSockets.PerMessageDeflate=true");
        foreach ((string offer, string[]? answer) in Offered)
        {
            using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Port, "/echo", $"Sec-WebSocket-Extensions: {offer}\r\n");
            string? extensions = client.Response.Header("sec-websocket-extensions");
            string[]? parameters = extensions?.Split(';', StringSplitOptions.TrimEntries);
            Assert.True(parameters?[0] is null or Deflate, $"'{offer}' was answered with '{extensions}'.");

            // What a client did not ask for, the answer may have all the same: that it is not to keep its window.
            string[]? ours = parameters?[1..].Where(parameter => parameter != "client_no_context_takeover").Order().ToArray();
            Assert.True(answer is null ? ours is null : ours is not null && ours.SequenceEqual(answer), $"'{offer}' was answered with '{extensions}'.");
        }
    }

    [Fact]
    [Trait(WebSocketsOnly.Needs, "close codes")]
    public async Task Deflate_FaultsAreClosedWithTheirCode()
    {
        await using ConformanceProcess app = await StartAsync("WebSockets.PerMessageDeflate=true", "WebSockets.MaxMessageSize=100000");
        byte[] hello = Compress("Hello"u8);
        byte[] bomb = Compress(new byte[10_000_000]);
        Assert.InRange(bomb.Length, 1, 100_000);
        (string What, byte[] Frames, int Code)[] faults =
        [
            ("RSV1 on a continuation", [.. Compressed(hello[..3], fin: false), .. RawWebSocket.Encode(0x40 | WebSocketFrame.Continuation, hello[3..])], 1002),
            ("RSV1 on a ping", RawWebSocket.Encode(0x40 | WebSocketFrame.Ping, hello), 1002),
            ("RSV2 on a compressed message", RawWebSocket.Encode(0x60 | WebSocketFrame.Text, hello), 1002),
            ("no deflate", Compressed([0xFF, 0xFF, 0xFF, 0xFF]), 1007),
            ("text that is not UTF-8", Compressed(Compress([0x61, 0xFF])), 1007),
            ("message that is too large when inflated", Compressed(bomb), 1009),
        ];
        foreach ((string what, byte[] frames, int code) in faults)
        {
            using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Port, "/echo", $"Sec-WebSocket-Extensions: {Deflate}\r\n");
            await client.Client.SendAsync(frames);
            WebSocketFrame close = await client.ReadFrameAsync($"the close for {what}");
            Assert.True(close.CloseCode == code, $"{what}: closed with {close.CloseCode} instead of {code}.");
        }
    }

    // §7.2.1: the four bytes are cut off, RSV1 is that of the message's first frame, a message may go without compression (§6).
    [Fact]
    public async Task Deflate_MessagesGoEitherWay()
    {
        await using ConformanceProcess app = await StartAsync("WebSockets.PerMessageDeflate=true");
        using RawWebSocket client = await RawWebSocket.ConnectAsync(
            app.Port, "/echo", $"Sec-WebSocket-Extensions: {Deflate}; client_max_window_bits; server_no_context_takeover\r\n");
        Assert.StartsWith(Deflate, client.Response.Header("sec-websocket-extensions"), StringComparison.Ordinal);

        // §7.2.3.1: "Hello", whole and in two fragments.
        byte[] hello = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
        await client.Client.SendAsync(Compressed(hello));
        await client.Client.SendAsync((byte[])[.. Compressed(hello[..3], fin: false), .. Encode(WebSocketFrame.Ping, "p"), .. RawWebSocket.Encode(0, hello[3..])]);
        await client.SendAsync(WebSocketFrame.Text, "Hello");

        // §7.2.3.6: an empty message.
        await client.Client.SendAsync(Compressed([0x00]));
        foreach (string expected in new[] { "Hello", "Hello", "Hello", "" })
        {
            Assert.Equal(expected, Encoding.UTF8.GetString(await ReadInflatedAsync(client)));
        }

        byte[] large = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("the same again and again ", 4000)));
        await client.Client.SendAsync(Compressed(Compress(large)));
        Assert.Equal(large, await ReadInflatedAsync(client));
    }

    private static byte[] Compressed(byte[] payload, bool fin = true) => RawWebSocket.Encode(0x40 | WebSocketFrame.Text, payload, fin);

    private static byte[] Compress(ReadOnlySpan<byte> message)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Optimal))
        {
            deflate.Write(message);
            deflate.Flush();
        }

        // What follows the flush is the end of the stream, which a message does not have.
        byte[] bytes = compressed.ToArray();
        int end = bytes.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x00, 0x00, 0xFF, 0xFF]);
        return bytes[..end];
    }

    private static async Task<byte[]> ReadInflatedAsync(RawWebSocket client)
    {
        using var payload = new MemoryStream();
        bool isCompressed = false;
        while (true)
        {
            WebSocketFrame frame = await client.ReadFrameAsync("a message");
            if (frame.Opcode is WebSocketFrame.Ping or WebSocketFrame.Pong)
            {
                continue;
            }

            isCompressed |= frame.Rsv1;
            payload.Write(frame.Payload);
            if (!frame.Fin)
            {
                continue;
            }

            if (!isCompressed)
            {
                return payload.ToArray();
            }

            payload.Write([0x00, 0x00, 0xFF, 0xFF]);
            payload.Position = 0;
            using var inflate = new DeflateStream(payload, CompressionMode.Decompress);
            using var message = new MemoryStream();
            await inflate.CopyToAsync(message);
            return message.ToArray();
        }
    }
}
