using System.Text;
using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>Messages of an open session.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Messages_AreEchoed()
    {
        var run = new SessionRun(SessionRun.EchoAsync);
        run.Client.Send(Frames.Client(Opcode.Text, "hello"u8));
        await run.ExpectAsync(Frames.Server(Opcode.Text, "hello"u8));
        run.Client.Send(Frames.Client(Opcode.Binary, new byte[70_000]));
        await run.ExpectAsync(Frames.Server(Opcode.Binary, new byte[70_000]));
        run.Client.Send([.. Frames.Part(Opcode.Text, "a"u8), .. Frames.Part(Opcode.Continuation, default), .. Frames.Client(Opcode.Continuation, "b"u8)]);
        await run.ExpectAsync(Frames.Server(Opcode.Text, "ab"u8));
        run.Client.Send(Frames.Client(Opcode.Text, default));
        await run.ExpectAsync(Frames.Server(Opcode.Text, default));
        run.Client.Send(Frames.Close(1000));
        await run.ExpectAsync(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000)));
        await run.ExpectEndAsync();
    }

    [Fact]
    public async Task MessagesAtEverySplit_AreTheSame()
    {
        byte[] bytes =
        [
            .. Frames.Client(Opcode.Text, "hello"u8), .. Frames.Part(Opcode.Binary, "a"u8), .. Frames.Client(Opcode.Ping, "p"u8),
            .. Frames.Client(Opcode.Continuation, "b"u8), .. Frames.Close(4000, "bye"),
        ];
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var run = new SessionRun();
            run.Client.Send(bytes.AsSpan(0, cut));
            run.Client.Send(bytes.AsSpan(cut));
            await run.ExpectAsync(Frames.Server(Opcode.Pong, "p"u8), Frames.Server(Opcode.Close, Frames.ClosePayloadOf(4000)));
            await run.AssertDisconnectAsync(4000, "bye");
            Assert.Equal(["hello", "6162"], run.Received);
            await run.ExpectEndAsync();
        }
    }

    [Fact]
    public async Task SmallMessage_CostsOneWrite()
    {
        var run = new SessionRun(SessionRun.EchoAsync);
        for (int i = 1; i <= 5; i++)
        {
            run.Client.Send(Frames.Client(Opcode.Text, "hello"u8));
            await run.ExpectAsync(Frames.Server(Opcode.Text, "hello"u8));
            Assert.Equal(i, run.Client.Flushes);
        }
    }

    [Fact]
    public async Task MessagesThatComeTogether_AreAnsweredInOneWrite()
    {
        var run = new SessionRun(SessionRun.EchoAsync);
        run.Client.Send([.. Enumerable.Repeat(Frames.Client(Opcode.Text, "hello"u8), 16).SelectMany(frame => frame), .. Frames.Client(Opcode.Ping, default)]);
        await run.ExpectAsync([.. Enumerable.Repeat(Frames.Server(Opcode.Text, "hello"u8), 16), Frames.Server(Opcode.Pong, default)]);
        Assert.Equal(1, run.Client.Flushes);
    }

    // An app that answers each message with much is not held back for the next ones.
    [Fact]
    public async Task MuchOutput_IsNotHeldBack()
    {
        var run = new SessionRun(async session =>
        {
            while (await session.ReceiveAsync() is WebSocketReceive)
            {
                await session.SendAsync(new WebSocketSend(new byte[20_000]));
            }
        });
        run.Client.Send([.. Enumerable.Repeat(Frames.Client(Opcode.Text, "x"u8), 4).SelectMany(frame => frame)]);
        await run.ExpectAsync([.. Enumerable.Repeat(Frames.Server(Opcode.Binary, new byte[20_000]), 4)]);
        Assert.Equal(2, run.Client.Flushes);
    }

    // Both while the app receives and while it does not.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ping_IsAnswered(bool receives)
    {
        var goesOn = new TaskCompletionSource();
        var run = new SessionRun(receives ? null : async session =>
        {
            await goesOn.Task;
            await SessionRun.EchoAsync(session);
        });
        run.Client.Send(Frames.Client(Opcode.Ping, "are you there"u8));
        await run.ExpectAsync(Frames.Server(Opcode.Pong, "are you there"u8));
        run.Client.Send([.. Frames.Part(Opcode.Text, "a"u8), .. Frames.Client(Opcode.Ping, default)]);
        await run.ExpectAsync(Frames.Server(Opcode.Pong, default));
        goesOn.SetResult();
    }

    // The memory of a message is the app's until its next receive(), whatever comes meanwhile.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MessageThatIsHeld_KeepsItsBytes(bool fragmented)
    {
        var goesOn = new TaskCompletionSource();
        var held = new List<string>();
        var run = new SessionRun(async session =>
        {
            for (int i = 0; i < 3; i++)
            {
                var message = (WebSocketReceive)await session.ReceiveAsync();
                await goesOn.Task;
                held.Add(Encoding.ASCII.GetString(message.Data.Span));
            }
        });
        byte[] first = fragmented
            ? [.. Frames.Part(Opcode.Text, "fir"u8), .. Frames.Client(Opcode.Continuation, "st"u8)]
            : Frames.Client(Opcode.Text, "first"u8);
        run.Client.Send(first);
        run.Client.Send(Frames.Client(Opcode.Text, "second"u8));
        run.Client.Send(Frames.Client(Opcode.Ping, new byte[100]));
        run.Client.Send(Frames.Client(Opcode.Text, "third"u8));
        await run.ExpectAsync(Frames.Server(Opcode.Pong, new byte[100]));
        goesOn.SetResult();
        await run.App.Within("the app's end");
        Assert.Equal(["first", "second", "third"], held);
    }

    [Fact]
    public async Task EventThatIsUsedTooLate_ThrowsWhereEventsAreNotReused()
    {
        WebSocketReceive? first = null;
        var run = new SessionRun(
            async session =>
            {
                first = (WebSocketReceive)await session.ReceiveAsync();
                Assert.Equal("one", first.Text);
                await session.ReceiveAsync();
            },
            reusesEvents: false);
        run.Client.Send(Frames.Client(Opcode.Text, "one"u8));
        run.Client.Send(Frames.Client(Opcode.Text, "two"u8));
        await run.App.Within("the app's end");
        Assert.Throws<ObjectDisposedException>(() => first!.Data);
    }

    [Fact]
    public async Task EchoThatIsMadeTooLate_ThrowsWhereEventsAreNotReused()
    {
        WebSocketReceive? first = null;
        var run = new SessionRun(
            async session =>
            {
                first = (WebSocketReceive)await session.ReceiveAsync();
                await session.SendAsync(WebSocketSend.Echo(first));
                await session.ReceiveAsync();
            },
            reusesEvents: false);
        run.Client.Send(Frames.Client(Opcode.Text, "one"u8));
        run.Client.Send(Frames.Client(Opcode.Text, "two"u8));
        await run.App.Within("the app's end");
        Assert.Throws<ObjectDisposedException>(() => WebSocketSend.Echo(first!));
    }

    [Fact]
    public async Task SecondReceive_IsTheAppsError()
    {
        var run = new SessionRun(async session =>
        {
            ValueTask<GatewayEvent> waiting = session.ReceiveAsync();
            await Assert.ThrowsAsync<GatewayProtocolException>(async () => await session.ReceiveAsync());
            await waiting;
        });
        run.Client.Send(Frames.Close(1000));
        await run.App;
    }

    // RFC 7692 §6: each message may go either way.
    [Fact]
    public async Task MessagesFromTheThresholdOn_AreCompressed()
    {
        var deflate = new DeflateAgreement(false, false, 15);
        var run = new SessionRun(SessionRun.EchoAsync, new() { DeflateThreshold = 100 }, deflate);
        using var deflater = new Deflater(deflate, 6, new CountedArrays());
        byte[] compressed = deflater.Compress(new byte[100]).ToArray();

        run.Client.Send(Frames.Client(Opcode.Binary, new byte[99]));
        await run.ExpectAsync(Frames.Server(Opcode.Binary, new byte[99]));
        run.Client.Send(Frames.Client(Frames.Final | Frames.Compressed | (byte)Opcode.Binary, compressed));
        await run.ExpectAsync(Frames.Server(Frames.Final | Frames.Compressed | (byte)Opcode.Binary, compressed));
        run.Client.Send(Frames.Close(1000));
        await run.ExpectAsync(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000)));
        await run.ExpectEndAsync();
    }

    // What the client sent right behind its handshake is in the pipe before the session begins.
    [Fact]
    public async Task MessagesFromBeforeTheStart_AreReceived()
    {
        var client = new MemoryConnection();
        client.Send([.. Frames.Client(Opcode.Text, "early"u8), .. Frames.Close(1000)]);
        var run = new SessionRun(client: client);
        await run.AssertDisconnectAsync(1000);
        Assert.Equal(["early"], run.Received);
    }
}
