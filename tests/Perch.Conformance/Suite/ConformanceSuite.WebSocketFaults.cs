using System.Text.Json;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

/// <summary>RFC 6455 §5 and §7.4: each fault of framing, and its close code.</summary>
public abstract partial class ConformanceSuite
{
    /// <summary>Frames that break a MUST, by what they break.</summary>
    public static TheoryData<string, byte[], int> Faults
    {
        get
        {
            byte[] hello = "hello"u8.ToArray();
            var data = new TheoryData<string, byte[], int>
            {
                // §5.1: all frames of a client are masked.
                { "text that is not masked", RawWebSocket.Encode(WebSocketFrame.Text, hello, masked: false), 1002 },
                { "ping that is not masked", RawWebSocket.Encode(WebSocketFrame.Ping, hello, masked: false), 1002 },
                { "close that is not masked", RawWebSocket.Encode(WebSocketFrame.Close, WebSocketFrame.ClosePayload(1000), masked: false), 1002 },

                // §5.2: RSV1 to RSV3 without an extension that gives them a meaning.
                { "RSV1", RawWebSocket.Encode(0x40 | WebSocketFrame.Text, hello), 1002 },
                { "RSV2", RawWebSocket.Encode(0x20 | WebSocketFrame.Binary, hello), 1002 },
                { "RSV3", RawWebSocket.Encode(0x10 | WebSocketFrame.Ping, hello), 1002 },

                // §5.2: the length in as few bytes as it takes, and no more than 63 bits of it.
                { "125 bytes in the 16-bit form", [0x82, 0xFE, 0, 125, 0, 0, 0, 0, .. new byte[125]], 1002 },
                { "65535 bytes in the 64-bit form", [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0], 1002 },
                { "length with its top bit set", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], 1002 },

                // §5.4: a message is not begun within another, nor continued without one.
                { "continuation of nothing", RawWebSocket.Encode(WebSocketFrame.Continuation, hello), 1002 },
                { "continuation after the end", [.. Encode(WebSocketFrame.Ping, "x"), .. RawWebSocket.Encode(WebSocketFrame.Continuation, hello)], 1002 },
                { "text within text", [.. RawWebSocket.Encode(WebSocketFrame.Text, hello, fin: false), .. Encode(WebSocketFrame.Text, "x")], 1002 },
                { "binary within text", [.. RawWebSocket.Encode(WebSocketFrame.Text, hello, fin: false), .. Encode(WebSocketFrame.Binary, "x")], 1002 },

                // §5.5: control frames are short and whole.
                { "ping of 126 bytes", RawWebSocket.Encode(WebSocketFrame.Ping, new byte[126]), 1002 },
                { "close of 126 bytes", RawWebSocket.Encode(WebSocketFrame.Close, [3, 0xE8, .. new byte[124]]), 1002 },
                { "fragmented ping", RawWebSocket.Encode(WebSocketFrame.Ping, hello, fin: false), 1002 },
                { "fragmented close", RawWebSocket.Encode(WebSocketFrame.Close, [3, 0xE8], fin: false), 1002 },
                { "close of one byte", RawWebSocket.Encode(WebSocketFrame.Close, [3]), 1002 },
            };

            // §5.2: opcodes without a meaning.
            foreach (int opcode in new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
            {
                data.Add($"opcode {opcode}", RawWebSocket.Encode(opcode, hello), 1002);
            }

            // §7.4.1, §7.4.2: codes that never go on the wire, and those that nobody may use.
            foreach (int code in new[] { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 })
            {
                data.Add($"close code {code}", RawWebSocket.Encode(WebSocketFrame.Close, WebSocketFrame.ClosePayload(code)), 1002);
            }

            // §8.1: text is UTF-8, and so is a close's reason (§5.5.1).
            data.Add("close reason", RawWebSocket.Encode(WebSocketFrame.Close, [3, 0xE8, 0xC0, 0x80]), 1007);
            foreach (string bytes in new[] { "80", "C080", "C1BF", "E08080", "EDA080", "EDBFBF", "F08080AF", "F4908080", "F5808080", "FE", "C3", "E282", "F09F90", "C328" })
            {
                data.Add($"text {bytes}", RawWebSocket.Encode(WebSocketFrame.Text, [0x61, .. Convert.FromHexString(bytes)]), 1007);
            }

            return data;
        }
    }

    /// <summary>RFC 6455 §7.1.7: the close frame says what is wrong and reaches the client before the connection ends.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    [Trait(WebSocketsOnly.Needs, "close codes")]
    public async Task Fault_IsClosedWithItsCodeAndNothingAfterItIsProcessed(string what, byte[] frames, int code)
    {
        string id = NewId();
        using RawWebSocket client = await ConnectWebSocketAsync($"/echo?id={id}");
        await client.SendAsync(WebSocketFrame.Text, "before");
        Assert.Equal("before"u8.ToArray(), (await client.ReadMessageAsync($"the message before {what}")).Payload);
        await client.Client.SendAsync((byte[])[.. frames, .. Encode(WebSocketFrame.Text, "after")]);

        Assert.Equal(code, (await client.ReadCloseAsync()).CloseCode);
        client.Client.HalfClose();
        Assert.Equal("", await client.Client.ReadToEndAsync());
        JsonElement disconnect = await DisconnectOfAsync(App, id);
        Assert.Equal(code, disconnect.GetProperty("code").GetInt32());
        AssertSendFailed(disconnect);
    }

    /// <summary>
    /// RFC 6455 §6.2, §7.1.7: the messages before a fault have been received, and are the app's. Its answers go out as far as they come before
    /// the close frame, and never after it (§5.5.1).
    /// </summary>
    [Fact]
    [Trait(WebSocketsOnly.Needs, "close codes")]
    public async Task Fault_ComesAfterTheMessagesBeforeItWhereverTheReadsSplitThem()
    {
        byte[] bytes = [.. Encode(WebSocketFrame.Text, "0"), .. Encode(WebSocketFrame.Text, "1"), .. Encode(3, "")];
        for (int split = 1; split < bytes.Length; split++)
        {
            string id = NewId();
            using RawWebSocket client = await ConnectWebSocketAsync($"/echo?id={id}");
            await client.Client.SendAsync(bytes.AsMemory(0, split));
            await client.Client.SendAsync(bytes.AsMemory(split));

            WebSocketFrame frame;
            for (int echoed = 0; (frame = await client.ReadFrameAsync($"an echo or the close frame, split at {split}")).Opcode != WebSocketFrame.Close; echoed++)
            {
                Assert.Equal($"{echoed}", System.Text.Encoding.UTF8.GetString(frame.Payload));
            }

            Assert.Equal(1002, frame.CloseCode);
            client.Client.HalfClose();
            Assert.Equal("", await client.Client.ReadToEndAsync());
            JsonElement disconnect = await DisconnectOfAsync(App, id);
            Assert.Equal(1002, disconnect.GetProperty("code").GetInt32());
            Assert.Equal(2, disconnect.GetProperty("messages").GetInt32());
        }
    }

    [Fact]
    [Trait(WebSocketsOnly.Needs, "a close frame that no reset overtakes")]
    public async Task Fault_EndsTheConnectionOfAClientThatDoesNot()
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        await client.Client.SendAsync((byte[])[.. RawWebSocket.Encode(3, []), .. new byte[100_000]]);

        Assert.Equal(1002, (await client.ReadCloseAsync()).CloseCode);
        Assert.Equal("", await client.Client.ReadToEndAsync());
    }

    /// <summary>A fault is seen as soon as its byte: nobody waits for the rest of a frame or a message.</summary>
    [Theory]
    [InlineData("0161ff", false, 1007)]
    [InlineData("0161c3", true, 1007)]
    [InlineData("01ed", true, 1007)]
    [Trait(WebSocketsOnly.Needs, "text that is judged as it comes")]
    public async Task Fault_InTextFailsBeforeTheMessageIsWhole(string frame, bool isContinued, int code)
    {
        byte[] bytes = Convert.FromHexString(frame);
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        await client.SendAsync(bytes[0], bytes[1..], fin: false);
        if (isContinued)
        {
            // 0xA0 ends neither a two-byte character after 0xC3 0x28 nor may it follow 0xED.
            await client.SendAsync(WebSocketFrame.Continuation, bytes[^1] == 0xED ? [0xA0] : [0x28], fin: false);
        }

        Assert.Equal(code, (await client.ReadCloseAsync()).CloseCode);
    }

    [Fact]
    [Trait(WebSocketsOnly.Needs, "text that is judged as it comes")]
    public async Task Fault_InTextFailsBeforeTheFrameIsWhole()
    {
        byte[] frame = RawWebSocket.Encode(WebSocketFrame.Text, [.. "valid so far "u8, 0xFF, .. new byte[1000]]);
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        await client.Client.SendAsync(frame.AsMemory(0, 100));

        Assert.Equal(1007, (await client.ReadCloseAsync()).CloseCode);
    }

    // A character that is cut off by the end of its message, even if the last fragment is empty.
    [Theory]
    [InlineData("")]
    [InlineData("98")]
    [Trait(WebSocketsOnly.Needs, "text that is cut inside a character")]
    public async Task Fault_IsTextThatEndsInsideACharacter(string last)
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        await client.SendAsync(WebSocketFrame.Text, [0xE2], fin: false);
        await client.SendAsync(WebSocketFrame.Continuation, Convert.FromHexString(last));

        Assert.Equal(1007, (await client.ReadCloseAsync()).CloseCode);
    }

    private static byte[] Encode(int opcode, string payload) => RawWebSocket.Encode(opcode, System.Text.Encoding.UTF8.GetBytes(payload));
}
