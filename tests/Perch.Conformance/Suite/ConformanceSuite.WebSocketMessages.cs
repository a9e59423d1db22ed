using System.Text;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

/// <summary>RFC 6455 §5.4, §5.5.2: messages however they are cut, and pings.</summary>
public abstract partial class ConformanceSuite
{
    [Fact]
    public async Task Messages_AreTheSameWhereverTheReadsSplitThem()
    {
        byte[] text = Encoding.UTF8.GetBytes("h\u00e9llo \u2603 \U0001F426");
        byte[] bytes =
        [
            .. RawWebSocket.Encode(WebSocketFrame.Text, text),
            .. RawWebSocket.Encode(WebSocketFrame.Binary, new byte[126], fin: false),
            .. RawWebSocket.Encode(WebSocketFrame.Ping, "p"u8.ToArray()),
            .. RawWebSocket.Encode(WebSocketFrame.Continuation, text),
        ];
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        for (int split = 1; split < bytes.Length; split++)
        {
            await client.Client.SendAsync(bytes.AsMemory(0, split));
            await client.Client.SendAsync(bytes.AsMemory(split));
            WebSocketFrame first = await client.ReadMessageAsync($"the text, split at {split}");
            Assert.Equal(WebSocketFrame.Text, first.Opcode);
            Assert.Equal(text, first.Payload);
            WebSocketFrame second = await client.ReadMessageAsync($"the fragments, split at {split}");
            Assert.Equal(WebSocketFrame.Binary, second.Opcode);
            Assert.Equal([.. new byte[126], .. text], second.Payload);
        }
    }

    [Fact]
    public async Task Messages_AreTheSameWhereverFragmentsSplitThem()
    {
        byte[] text = Encoding.UTF8.GetBytes("h\u00e9llo \u2603 \U0001F426");
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        for (int split = 0; split <= text.Length; split++)
        {
            await client.SendAsync(WebSocketFrame.Text, text[..split], fin: false);
            await client.SendAsync(WebSocketFrame.Continuation, [], fin: false);
            await client.SendAsync(WebSocketFrame.Continuation, text[split..], fin: false);
            await client.SendAsync(WebSocketFrame.Continuation, []);

            WebSocketFrame echo = await client.ReadMessageAsync($"the text, cut at {split}");
            Assert.Equal(WebSocketFrame.Text, echo.Opcode);
            Assert.Equal(text, echo.Payload);
        }
    }

    [Fact]
    public async Task Messages_OfOneReadAreAllAnsweredInOrder()
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        using var frames = new MemoryStream();
        for (int i = 0; i < 500; i++)
        {
            frames.Write(Encode(WebSocketFrame.Text, $"message {i}"));
        }

        await client.Client.SendAsync(frames.ToArray());
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal($"message {i}", Encoding.UTF8.GetString((await client.ReadMessageAsync()).Payload));
        }
    }

    // §5.5.3: a pong has the data of its ping; of several pings the last must be answered.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    public async Task Messages_PingIsAnsweredWithItsData(int length)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(255 - i))];
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        await client.Client.SendAsync((byte[])[.. Encode(WebSocketFrame.Ping, "first"), .. RawWebSocket.Encode(WebSocketFrame.Ping, data)]);
        WebSocketFrame pong = await client.ReadFrameAsync("a pong");
        if (pong.Payload.SequenceEqual("first"u8.ToArray()))
        {
            pong = await client.ReadFrameAsync("the last pong");
        }

        Assert.Equal(WebSocketFrame.Pong, pong.Opcode);
        Assert.Equal(data, pong.Payload);
    }

    /// <summary>HTTP's limits on a body are none on a WebSocket.</summary>
    [Fact]
    public async Task Messages_AreNoRequestBody()
    {
        await using ConformanceProcess app = await StartAsync("Limits.MaxRequestBodySize=1000");
        foreach (WebSocketTransport transport in Host.HasHttp2 ? Enum.GetValues<WebSocketTransport>() : [WebSocketTransport.Http1, WebSocketTransport.Http1Tls])
        {
            using WebSocketClient client = await WebSocketClient.ConnectAsync(app, transport, "/echo");
            string text = new('x', 900);
            for (int i = 0; i < 3; i++)
            {
                await client.SendAsync(text);
                Assert.Equal(text, await client.ReceiveTextAsync());
            }
        }
    }

    /// <summary><c>--ws none</c>: the request is one as any other.</summary>
    [Fact]
    public async Task Messages_AreNoneWithoutAnEngine()
    {
        await using ConformanceProcess app = await ConformanceProcess.StartAsync(Host with { WebSockets = "none" });
        using RawClient client = await RawClient.ConnectAsync(app.Port);
        await client.SendAsync(RawWebSocket.Handshake("/scope") + "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.Contains("\"method\":\"GET\"", (await ResponseReader.ReadAsync(client)).Body, StringComparison.Ordinal);
        Assert.Equal("Hello, World!", (await ResponseReader.ReadAsync(client)).Body);
    }
}
