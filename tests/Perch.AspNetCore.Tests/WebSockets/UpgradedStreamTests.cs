using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.WebSockets;

/// <summary>What goes through the connection's own pipes, and what through a stream that a middleware has put before it.</summary>
public sealed class UpgradedStreamTests
{
    private static readonly GatewayApp Echo = Apps.WebSocket(async (_, receive, send) =>
    {
        await receive();
        await send(new WebSocketAccept());
        while (await receive() is WebSocketReceive message)
        {
            await send(WebSocketSend.Echo(message));
        }
    });

    [Fact]
    public async Task A_stream_that_a_middleware_hands_over_sees_every_byte()
    {
        WatchedStream? watched = null;
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.Use((context, next) =>
            {
                var upgrade = new WatchedUpgrade(context.Features.GetRequiredFeature<IHttpUpgradeFeature>(), stream => watched = stream);
                context.Features.Set<IHttpUpgradeFeature>(upgrade);
                return next(context);
            });
            web.UseGateway(Echo);
        });
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        await socket.SendTextAsync("hello");
        Assert.Equal("hello", Encoding.UTF8.GetString((await socket.ReadAsync()).Payload));
        Assert.Equal((2 + 4 + 5, 2 + 5), (watched!.BytesRead, watched.BytesWritten));
    }

    [Fact]
    public async Task What_was_sent_right_behind_the_handshake_is_a_message()
    {
        await using TestServer server = await TestServer.StartAsync(Echo);
        using RawClient client = await server.ConnectAsync();
        byte[] first = RawWebSocket.Frame(1, "first"u8.ToArray());
        await client.SendAsync([.. Encoding.ASCII.GetBytes(RawWebSocket.Handshake()), .. first]);
        string head = await client.ReadHeadAsync();
        while (client.Received.Length < head.Length + 7)
        {
            Assert.True(await client.ReadMoreAsync("the echo"));
        }

        Assert.Equal("\u0081\u0005first", client.Received[head.Length..]);
    }

    private sealed class WatchedUpgrade(IHttpUpgradeFeature inner, Action<WatchedStream> watch) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync()
        {
            var stream = new WatchedStream(await inner.UpgradeAsync());
            watch(stream);
            return stream;
        }
    }

    private sealed class WatchedStream(Stream inner) : Stream
    {
        internal int BytesRead { get; private set; }

        internal int BytesWritten { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await inner.ReadAsync(buffer, cancellationToken);
            BytesRead += count;
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            BytesWritten += buffer.Length;
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
