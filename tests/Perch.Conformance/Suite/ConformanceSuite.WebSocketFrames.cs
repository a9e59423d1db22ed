using System.Text;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

public abstract partial class ConformanceSuite
{
    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    public async Task WebSocket_EveryLengthOfFrameIsRead(int length)
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        await client.SendAsync(WebSocketFrame.Binary, payload);
        WebSocketFrame echo = await client.ReadMessageAsync();

        Assert.Equal(WebSocketFrame.Binary, echo.Opcode);
        Assert.Equal(payload, echo.Payload);
    }

    [Fact]
    public async Task WebSocket_FragmentsMayHavePingsBetween()
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        byte[] text = Encoding.UTF8.GetBytes("caf\u00e9 \u2603");
        await client.SendAsync(WebSocketFrame.Text, text[..4], fin: false);
        await client.SendAsync(WebSocketFrame.Ping, "between");
        await client.SendAsync(WebSocketFrame.Continuation, [], fin: false);
        await client.SendAsync(WebSocketFrame.Continuation, text[4..]);

        WebSocketFrame pong = await client.ReadFrameAsync("a pong");
        Assert.Equal(WebSocketFrame.Pong, pong.Opcode);
        Assert.Equal("between", Encoding.UTF8.GetString(pong.Payload));
        WebSocketFrame echo = await client.ReadMessageAsync();
        Assert.Equal(WebSocketFrame.Text, echo.Opcode);
        Assert.Equal(text, echo.Payload);
    }

    [Fact]
    public async Task WebSocket_PongThatNobodyAskedForIsIgnored()
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        await client.SendAsync(WebSocketFrame.Pong, "unasked");
        await client.SendAsync(WebSocketFrame.Text, "hello");

        Assert.Equal("hello", Encoding.UTF8.GetString((await client.ReadMessageAsync()).Payload));
    }

    [Fact]
    public async Task WebSocket_MayBeginInTheWriteOfItsHandshake()
    {
        using RawClient client = await ConnectAsync();
        byte[] handshake = Encoding.ASCII.GetBytes(RawWebSocket.Handshake("/scope"));
        await client.SendAsync((byte[])[.. handshake, .. RawWebSocket.Encode(WebSocketFrame.Close, WebSocketFrame.ClosePayload(1000))]);

        Assert.Equal(101, (await ResponseReader.ReadAsync(client)).Status);
        Assert.EndsWith("\u0003\u00e8", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_MessageAboveTheLimitIs1009()
    {
        await using ConformanceProcess app = await StartAsync("WebSockets.MaxMessageSize=1000");
        using (RawWebSocket client = await RawWebSocket.ConnectAsync(app.Port, "/echo"))
        {
            await client.SendAsync(WebSocketFrame.Binary, new byte[1000]);
            Assert.Equal(1000, (await client.ReadMessageAsync()).Payload.Length);

            // The limit is that of the message, not of a frame.
            await client.SendAsync(WebSocketFrame.Binary, new byte[600], fin: false);
            await client.SendAsync(WebSocketFrame.Continuation, new byte[400]);
            Assert.Equal(1000, (await client.ReadMessageAsync()).Payload.Length);
            await client.SendAsync(WebSocketFrame.Binary, new byte[1001]);
            Assert.Equal(1009, (await client.ReadCloseAsync()).CloseCode);
        }

        using (RawWebSocket client = await RawWebSocket.ConnectAsync(app.Port, "/echo"))
        {
            await client.SendAsync(WebSocketFrame.Text, new byte[600], fin: false);
            await client.SendAsync(WebSocketFrame.Continuation, new byte[401]);
            Assert.Equal(1009, (await client.ReadCloseAsync()).CloseCode);
        }

        using (RawWebSocket client = await RawWebSocket.ConnectAsync(app.Port, "/echo"))
        {
            // Refused by its head: nobody waits for a gigabyte.
            await client.Client.SendAsync((byte[])[0x82, 0xFF, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4, .. new byte[2000]]);
            Assert.Equal(1009, (await client.ReadCloseAsync()).CloseCode);
        }
    }

    [Fact]
    public async Task WebSocket_IsPingedAndCutOffWithoutAnAnswer()
    {
        await using ConformanceProcess app = await StartAsync("WebSockets.PingInterval=0.5", "WebSockets.PingTimeout=3");
        string id = NewId();
        using RawWebSocket silent = await RawWebSocket.ConnectAsync(app.Port, $"/echo?id={id}");
        using RawWebSocket answering = await RawWebSocket.ConnectAsync(app.Port, "/echo");

        Assert.Equal(WebSocketFrame.Ping, (await silent.ReadFrameAsync("a ping")).Opcode);
        Task<string> cut = silent.Client.ReadToEndAsync("the end of a connection that does not answer pings");
        for (int pings = 0; pings < 3 || !cut.IsCompleted; pings++)
        {
            WebSocketFrame ping = await answering.ReadFrameAsync("a ping");
            Assert.Equal(WebSocketFrame.Ping, ping.Opcode);
            await answering.SendAsync(WebSocketFrame.Pong, ping.Payload);
        }

        await cut;
        int code = (await DisconnectOfAsync(app, id)).GetProperty("code").GetInt32();
        Assert.Contains(code, new[] { 1006, 1011 });
        await answering.SendAsync(WebSocketFrame.Text, "still here");
        Assert.Equal("still here", Encoding.UTF8.GetString((await answering.ReadMessageAsync()).Payload));
    }

    [Fact]
    public async Task WebSocket_ClientThatDoesNotReadStallsTheAppAndCostsLittle()
    {
        using RawWebSocket client = await ConnectWebSocketAsync("/echo");
        long before = App.WorkingSet;
        byte[] frame = RawWebSocket.Encode(WebSocketFrame.Binary, new byte[1024 * 1024]);
        long sent = 0;
        Task sending = SendForeverAsync();
        await Wait.UntilStill(() => sent, "the messages of a client who does not read their echo");

        Assert.False(sending.IsCompleted);
        Assert.InRange(sent, 0, MemoryBound);
        Assert.InRange(App.WorkingSet - before, long.MinValue, MemoryBound);
        client.Client.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => Wait.For(sending, "the failure of the messages"));

        async Task SendForeverAsync()
        {
            while (true)
            {
                await client.Client.SendWithoutLimitAsync(frame);
                sent += frame.Length;
            }
        }
    }
}
