using System.Net.WebSockets;
using System.Text;
using Perch.AspNetCore.Tests.Support;
using Perch.Http;

namespace Perch.AspNetCore.Tests.WebSockets;

public abstract class MessageTests(WebSocketEngineKind engine) : WebSocketTests(engine)
{
    public sealed class OnPerch() : MessageTests(WebSocketEngineKind.Perch);

    public sealed class OnSystem() : MessageTests(WebSocketEngineKind.System);

    private static readonly GatewayApp Echo = Apps.WebSocket(async (_, receive, send) =>
    {
        await receive();
        await send(new WebSocketAccept());
        while (await receive() is WebSocketReceive message)
        {
            await send(WebSocketSend.Echo(message));
        }
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(1_000_000)]
    public async Task A_message_of_any_size_comes_back(int size)
    {
        byte[] message = new byte[size];
        new Random(size).NextBytes(message);
        await using TestServer server = await StartAsync(Echo);
        using ClientWebSocket socket = await server.OpenWebSocketAsync();
        for (int i = 0; i < 2; i++)
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None).For("room for the message");
            byte[] echo = new byte[size + 1];
            int count = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(echo.AsMemory(count), CancellationToken.None).For("the echo");
                count += part.Count;
            }
            while (!part.EndOfMessage);
            Assert.Equal(WebSocketMessageType.Binary, part.MessageType);
            Assert.Equal(message, echo[..count]);
        }
    }

    [Fact]
    public async Task Fragments_are_joined_across_pings()
    {
        await using TestServer server = await StartAsync(Echo);
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        byte[] text = Encoding.UTF8.GetBytes("aé€😀z");
        for (int i = 0; i < text.Length; i++)
        {
            await socket.SendAsync(i == 0 ? 1 : 0, [text[i]], final: i == text.Length - 1);
            if (i == 2)
            {
                await socket.SendAsync(9, "p"u8.ToArray());
                (int Opcode, byte[] Payload) pong = await socket.ReadAsync();
                Assert.Equal(10, pong.Opcode);
                Assert.Equal("p"u8.ToArray(), pong.Payload);
            }
        }

        (int opcode, byte[] echo) = await socket.ReadAsync();
        Assert.Equal(1, opcode);
        Assert.Equal(text, echo);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(5000)]
    public async Task A_message_at_the_limit_passes_and_one_byte_more_closes_with_1009(int limit)
    {
        var seen = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(
            Apps.WebSocket(async (_, receive, send) =>
            {
                await receive();
                await send(new WebSocketAccept());
                await send(WebSocketSend.Echo((WebSocketReceive)await receive()));
                seen.SetResult(await receive());
                await Assert.ThrowsAsync<ClientDisconnectedException>(() => send(new WebSocketSend("x")).AsTask());
            }),
            new() { Gateway = options => options.WebSockets.MaxMessageSize = limit });
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        await socket.SendAsync(2, new byte[limit - 4], final: false);
        await socket.SendAsync(0, new byte[4]);
        Assert.Equal(limit, (await socket.ReadAsync()).Payload.Length);
        await socket.SendAsync(2, new byte[limit - 4], final: false);
        await socket.SendAsync(0, new byte[5]);
        Assert.Equal(1009, (await socket.ReadCloseAsync()).Code);
        Assert.Equal(1009, Assert.IsType<WebSocketDisconnect>(await seen.Task.For("the disconnect")).Code);
        await socket.SendCloseAsync(1009);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Theory]
    [InlineData(new byte[] { 0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28 }, 1007)]
    [InlineData(new byte[] { 0x81, 0x04, 0x61, 0x62, 0x63, 0x64 }, 1002)]
    [InlineData(new byte[] { 0x83, 0x80, 0, 0, 0, 0 }, 1002)]
    [InlineData(new byte[] { 0xC1, 0x80, 0, 0, 0, 0 }, 1002)]
    [InlineData(new byte[] { 0x80, 0x80, 0, 0, 0, 0 }, 1002)]
    [InlineData(new byte[] { 0x09, 0x80, 0, 0, 0, 0 }, 1002)]
    [InlineData(new byte[] { 0x88, 0x81, 0, 0, 0, 0, 3 }, 1002)]
    [InlineData(new byte[] { 0x88, 0x82, 0, 0, 0, 0, 3, 0xED }, 1002)]
    public async Task Bad_UTF_8_closes_with_1007_and_a_bad_frame_with_1002(byte[] frame, int code)
    {
        await using TestServer server = await StartAsync(Echo);
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        await socket.Client.SendAsync(frame);
        Assert.Equal(code, (await socket.ReadCloseAsync()).Code);
        socket.Dispose();
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task Concurrent_sends_stay_whole()
    {
        const int Senders = 8;
        const int Each = 50;
        await using TestServer server = await StartAsync(Apps.WebSocket(async (_, receive, send) =>
        {
            await receive();
            await send(new WebSocketAccept());
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    await send(new WebSocketSend(new string((char)('a' + sender), 5000 + i)));
                }
            })));
        }));
        using ClientWebSocket socket = await server.OpenWebSocketAsync();
        int[] next = new int[Senders];
        byte[] buffer = new byte[10_000];
        for (int i = 0; i < Senders * Each; i++)
        {
            int count = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None).For($"message {i}");
                count += part.Count;
            }
            while (!part.EndOfMessage);
            int sender = buffer[0] - 'a';
            Assert.Equal(5000 + next[sender]++, count);
            Assert.False(buffer.AsSpan(0, count).ContainsAnyExcept(buffer[0]), "Two messages are mixed.");
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Deflate_is_negotiated_only_when_both_want_it(bool option, bool offered)
    {
        await using TestServer server = await StartAsync(Echo, new() { Gateway = options => options.WebSockets.PerMessageDeflate = option });
        using RawWebSocket head = await RawWebSocket.OpenAsync(server, more: offered ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "");
        Assert.Equal(option && offered, head.Head.Contains("permessage-deflate", StringComparison.Ordinal));
        using ClientWebSocket socket = await server.OpenWebSocketAsync("/", options =>
        {
            if (offered)
            {
                options.DangerousDeflateOptions = new WebSocketDeflateOptions();
            }
        });
        byte[] message = Encoding.UTF8.GetBytes(new string('x', 3000));
        await socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
        byte[] echo = new byte[4000];
        ValueWebSocketReceiveResult result = await socket.ReceiveAsync(echo.AsMemory(), CancellationToken.None).For("the echo");
        Assert.Equal(message, echo[..result.Count]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Message_events_are_checked_or_reused(bool reuse)
    {
        WebSocketReceive? last = null;
        await using TestServer server = await StartAsync(
            Apps.WebSocket(async (_, receive, send) =>
            {
                await receive();
                await send(new WebSocketAccept());
                var one = (WebSocketReceive)await receive();
                Assert.Equal("1", one.Text);
                last = (WebSocketReceive)await receive();
                Assert.Equal("2", last.Text);
                Assert.Equal(reuse, ReferenceEquals(one, last));
                if (!reuse)
                {
                    Assert.Throws<ObjectDisposedException>(() => one.Data);
                }
            }),
            new() { Gateway = options => options.ReuseScopes = reuse });
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        await socket.SendTextAsync("1");
        await socket.SendTextAsync("2");
        Assert.Equal(1000, (await socket.ReadCloseAsync()).Code);
        await socket.SendCloseAsync(1000);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
        if (!reuse)
        {
            Assert.Throws<ObjectDisposedException>(() => last!.Data);
        }
    }
}
