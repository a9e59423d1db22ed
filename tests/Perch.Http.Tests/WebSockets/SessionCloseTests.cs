using System.Text;
using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>How a session ends (RFC 6455 §7).</summary>
public sealed class SessionCloseTests
{
    /// <summary>Bytes that fail a session, and the code that says why.</summary>
    public static TheoryData<string, byte[], int> Faults => new()
    {
        { "reserved bit", Frames.Client(0xC1, default), 1002 },
        { "reserved opcode", Frames.Client(0x83, default), 1002 },
        { "not masked", Frames.Server(Opcode.Text, "hello"u8), 1002 },
        { "length not in its shortest form", [0x82, 0xFE, 0, 5, 0, 0, 0, 0], 1002 },
        { "length with its top bit", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], 1002 },
        { "large control frame", Frames.Client(Opcode.Ping, new byte[126]), 1002 },
        { "fragmented control frame", Frames.Part(Opcode.Ping, default), 1002 },
        { "continuation of nothing", Frames.Client(Opcode.Continuation, default), 1002 },
        { "message inside a message", [.. Frames.Part(Opcode.Text, default), .. Frames.Client(Opcode.Text, default)], 1002 },
        { "close of one byte", Frames.Client(Opcode.Close, [3]), 1002 },
        { "close code that may not be sent", Frames.Close(1006), 1002 },
        { "close reason of bad UTF-8", Frames.Client(Opcode.Close, [3, 0xE8, 0xFF]), 1007 },
        { "text of bad UTF-8", Frames.Client(Opcode.Text, [0xFF]), 1007 },
        { "message above the limit", [0x82, 0xFF, 0, 0, 0, 0, 1, 0, 0, 1], 1009 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_IsToldBeforeTheEnd(string what, byte[] bytes, int code)
    {
        var run = new SessionRun();
        run.Client.Send(Frames.Client(Opcode.Text, "before"u8));
        run.Client.Send(bytes);

        // §7.1.7: nothing after it is processed.
        run.Client.Send([.. Frames.Client(Opcode.Ping, default), .. Frames.Client(Opcode.Text, "after"u8)]);
        await run.ExpectAsync(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(code, run.Session.Fault.Text())));
        Assert.NotEqual(WebSocketFault.None, run.Session.Fault);
        await run.AssertDisconnectAsync(code);
        Assert.Equal(["before"], run.Received);
        Assert.False(run.Served.IsCompleted, what);
        run.Time.Advance(1);
        await run.ExpectEndAsync();
        Assert.Null(run.Client.Aborted);
    }

    // §7.1.7 is about what follows the fault; §5.5.1: nothing follows our close frame.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MessagesBeforeAFault_AreReceivedWhereverTheReadsSplitThem(bool answersAtOnce)
    {
        byte[] bytes =
        [
            .. Frames.Client(Opcode.Text, "one"u8), .. Frames.Part(Opcode.Text, "t"u8), .. Frames.Client(Opcode.Continuation, "wo"u8),
            .. Frames.Client(0x83, default),
        ];
        byte[] close = Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1002, WebSocketFault.ReservedOpcode.Text()));
        for (int split = 0; split < bytes.Length; split++)
        {
            var goesOn = new TaskCompletionSource();
            var received = new List<string>();
            var run = new SessionRun(async session =>
            {
                await (answersAtOnce ? Task.CompletedTask : goesOn.Task);
                while (await session.ReceiveAsync() is WebSocketReceive message)
                {
                    received.Add(message.Text!);
                    if (answersAtOnce)
                    {
                        await session.SendAsync(WebSocketSend.Echo(message));
                    }
                    else
                    {
                        await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await session.SendAsync(WebSocketSend.Echo(message)));
                    }
                }
            });
            run.Client.Send(bytes.AsSpan(0, split));
            run.Client.Send(bytes.AsSpan(split));
            await run.ExpectAsync(answersAtOnce ? [Frames.Server(Opcode.Text, "one"u8), Frames.Server(Opcode.Text, "two"u8), close] : [close]);
            goesOn.SetResult();
            await run.App.Within("the app's end");
            Assert.Equal(["one", "two"], received);
            run.Time.Advance(1);
            await run.ExpectEndAsync();
        }
    }

    // A client in the middle of a large upload sees the close frame before its connection is closed over what it sends.
    [Fact]
    public async Task ClientThatIsFailedAndSendsOn_IsReadUntilItIsSilent()
    {
        var run = new SessionRun();
        run.Client.Send(Frames.Client(Opcode.Text, [0xFF]));
        for (int i = 0; i < 15; i++)
        {
            run.Client.Send(new byte[1000]);
            run.Time.Advance(0.5);
            Assert.False(run.Session.Ended.IsCompleted);
        }

        run.Time.Advance(0.5);
        await run.Served.Within("the end of a session that is silent");
        Assert.Null(run.Client.Aborted);
    }

    [Fact]
    public async Task ClientThatIsFailedAndSendsForEver_IsCutOff()
    {
        var run = new SessionRun(options: new() { CloseTimeout = TimeSpan.FromSeconds(5) });
        run.Client.Send(Frames.Client(Opcode.Text, [0xFF]));
        for (int i = 0; i < 10; i++)
        {
            Assert.Null(run.Client.Aborted);
            run.Client.Send(new byte[1000]);
            run.Time.Advance(0.5);
        }

        await run.AssertNothingIsLeftAsync();
        Assert.NotNull(run.Client.Aborted);
    }

    // §5.5.1: a close is answered with its code; §7.1.5: without one the app gets 1005.
    [Theory]
    [InlineData("", 1005, "")]
    [InlineData("03E8", 1000, "")]
    [InlineData("0FA1E29883", 4001, "\u2603")]
    public async Task Close_IsAnsweredWithItsCode(string payload, int code, string reason)
    {
        byte[] close = Convert.FromHexString(payload);
        var run = new SessionRun();
        run.Client.Send([.. Frames.Client(Opcode.Close, close), .. Frames.Client(Opcode.Ping, default)]);
        await run.ExpectAsync(Frames.Server(Opcode.Close, close.AsSpan(0, Math.Min(2, close.Length))));
        await run.AssertDisconnectAsync(code, reason);
        await run.ExpectEndAsync();
        Assert.Null(run.Client.Aborted);
    }

    // §5.5.1: no data after a close frame, in either direction.
    [Fact]
    public async Task AppsClose_EndsWithTheClientsAnswer()
    {
        var closed = new TaskCompletionSource();
        GatewayEvent? received = null;
        var run = new SessionRun(async session =>
        {
            await session.SendAsync(new WebSocketSend("last"));
            await session.CloseAsync(4001, "mine");
            await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await session.SendAsync(new WebSocketSend("late")));
            closed.SetResult();
            received = await session.ReceiveAsync();
        });
        await closed.Task.Within("the app's close");
        await run.ExpectAsync(Frames.Server(Opcode.Text, "last"u8), Frames.Server(Opcode.Close, Frames.ClosePayloadOf(4001, "mine")));
        run.Client.Send([.. Frames.Client(Opcode.Text, "crossed"u8), .. Frames.Client(Opcode.Ping, default), .. Frames.Part(Opcode.Text, "x"u8)]);
        Assert.False(run.App.IsCompleted);
        run.Client.Send(Frames.Close(4001));
        await run.ExpectEndAsync();
        WebSocketDisconnect disconnect = Assert.IsType<WebSocketDisconnect>(received);
        Assert.Equal((4001, "mine"), (disconnect.Code, disconnect.Reason));
        Assert.Null(run.Client.Aborted);
    }

    [Fact]
    public async Task ClientThatDoesNotAnswerTheClose_IsCutOff()
    {
        var run = new SessionRun(session => session.CloseAsync(1000).AsTask(), new() { CloseTimeout = TimeSpan.FromSeconds(3) });
        await run.ExpectAsync(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000)));
        run.Time.Advance(2.9);
        Assert.False(run.Served.IsCompleted);
        run.Time.Advance(0.2);
        await run.AssertNothingIsLeftAsync();
        Assert.NotNull(run.Client.Aborted);
    }

    // The close frame itself cannot be written: the time-out holds all the same.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientThatDoesNotRead_IsCutOffWhenOneSideCloses(bool byClient)
    {
        var run = new SessionRun(
            async session =>
            {
                await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await session.SendAsync(new WebSocketSend(new byte[1_000_000])));
            },
            client: new MemoryConnection(outputThreshold: 10_000));
        if (byClient)
        {
            run.Client.Send(Frames.Close(1000));
        }
        else
        {
            ValueTask closing = run.Session.CloseAsync(1012);
            Assert.False(closing.IsCompleted);
        }

        run.Time.Advance(10);
        await run.App.Within("the failure of the send");
        await run.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task MessagesBeforeTheClose_AreReceivedBeforeTheDisconnect()
    {
        var goesOn = new TaskCompletionSource();
        var received = new List<string>();
        var run = new SessionRun(async session =>
        {
            await goesOn.Task;
            await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await session.SendAsync(new WebSocketSend("late")));
            for (int i = 0; i < 4; i++)
            {
                received.Add(await session.ReceiveAsync() is WebSocketReceive message ? message.Text! : "end");
            }
        });
        run.Client.Send([.. Frames.Client(Opcode.Text, "a"u8), .. Frames.Client(Opcode.Text, "b"u8), .. Frames.Close(1001)]);
        await run.ExpectAsync(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1001)));
        Assert.True(run.Session.IsDisconnected);
        await run.Session.Ended.Within("the end of the handshake, whatever the app does");
        goesOn.SetResult();
        await run.App;
        Assert.Equal(["a", "b", "end", "end"], received);
        await run.ExpectEndAsync();
    }

    [Fact]
    public async Task Token_FiresWhenTheClientCloses()
    {
        var fired = new TaskCompletionSource();
        using var source = new CancellationTokenSource();
        source.Token.Register(fired.SetResult);
        var run = new SessionRun(async session =>
        {
            session.CancelWhenDisconnected(source);
            await fired.Task;
        });
        run.Client.Send(Frames.Close(1000));
        await fired.Task.Within("the token");
        using var late = new CancellationTokenSource();
        run.Session.CancelWhenDisconnected(late);
        Assert.True(late.IsCancellationRequested);
    }

    // The app's task is over: what it held is given back, and what still comes is skipped up to the close frame.
    [Fact]
    public async Task AppThatReturnsWithMuchUnread_ClosesInOrder()
    {
        var holds = new TaskCompletionSource();
        var run = new SessionRun(
            async session =>
            {
                await session.ReceiveAsync();
                await holds.Task;
            },
            new() { MaxQueue = 3 });
        run.Client.Send(Frames.Client(Opcode.Text, "first"u8));
        for (int i = 0; i < 10; i++)
        {
            run.Client.Send(Frames.Client(Opcode.Binary, new byte[20_000]));
        }

        run.Client.Send(Frames.Part(Opcode.Text, "cut"u8));
        holds.SetResult();
        await run.ExpectAsync(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000)));
        run.Client.Send([.. Frames.Client(Opcode.Continuation, "off"u8), .. Frames.Close(1000)]);
        await run.ExpectEndAsync();
        Assert.Null(run.Client.Aborted);
    }

    // RFC 6455 §5.5.2.
    [Fact]
    public async Task SilentClient_IsPingedAndThenFailed()
    {
        var run = new SessionRun();
        run.Time.Advance(19.9);
        Assert.Equal("", run.Client.ReadNow());
        run.Time.Advance(0.2);
        await run.ExpectAsync(Frames.Server(Opcode.Ping, default));
        run.Time.Advance(19);
        Assert.Null(run.Disconnect);
        run.Time.Advance(1);
        await run.ExpectAsync(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1011, WebSocketFault.PingTimeout.Text())));
        await run.AssertDisconnectAsync(1011);
        run.Time.Advance(1);
        await run.ExpectEndAsync();
    }

    // Whatever comes shows that the client is there: a pong, a message, a part of one.
    [Theory]
    [InlineData("8A8000000000")]
    [InlineData("818000000000")]
    [InlineData("018000000000")]
    [InlineData("81")]
    public async Task ClientThatIsHeardOf_IsNotFailed(string heard)
    {
        var run = new SessionRun(options: new() { PingInterval = TimeSpan.FromSeconds(5), PingTimeout = TimeSpan.FromSeconds(2) });
        run.Time.Advance(5);
        await run.ExpectAsync(Frames.Server(Opcode.Ping, default));
        run.Client.Send(Convert.FromHexString(heard));
        run.Time.Advance(4.9);
        Assert.Equal("", run.Client.ReadNow());
        run.Time.Advance(0.2);
        await run.ExpectAsync(Frames.Server(Opcode.Ping, default));
        Assert.False(run.Session.IsDisconnected);
        run.Time.Advance(2);
        Assert.True(run.Session.IsDisconnected);
    }

    // Pings keep their interval, and the answer to the first of them its time-out, whichever is longer.
    [Theory]
    [InlineData(2, 5, 3)]
    [InlineData(5, 2, 1)]
    [InlineData(3, 3, 1)]
    public void Pings_KeepTheirInterval(double interval, double timeout, int pings)
    {
        var run = new SessionRun(options: new() { PingInterval = TimeSpan.FromSeconds(interval), PingTimeout = TimeSpan.FromSeconds(timeout) });
        string ping = Encoding.Latin1.GetString(Frames.Server(Opcode.Ping, default));
        run.Time.Advance(interval + timeout - 0.1);
        Assert.Equal(string.Concat(Enumerable.Repeat(ping, pings)), run.Client.ReadNow());
        Assert.False(run.Session.IsDisconnected);
        run.Time.Advance(0.2);
        Assert.True(run.Session.IsDisconnected);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(-0.001, 20)]
    [InlineData(20, 0)]
    [InlineData(20, -0.001)]
    public void PingsThatAreOff_EndNothing(double interval, double timeout)
    {
        var run = new SessionRun(options: new() { PingInterval = TimeSpan.FromSeconds(interval), PingTimeout = TimeSpan.FromSeconds(timeout) });
        run.Time.Advance(1000);
        Assert.Null(run.Disconnect);
        string ping = Encoding.Latin1.GetString(Frames.Server(Opcode.Ping, default));
        Assert.Equal(interval > 0 ? string.Concat(Enumerable.Repeat(ping, 50)) : "", run.Client.ReadNow());
    }

    // The client cannot be heard while its messages are not read.
    [Fact]
    public void ClientOfAnAppThatDoesNotReceive_IsNotFailed()
    {
        var run = new SessionRun(_ => new TaskCompletionSource().Task, new() { MaxQueue = 1 });
        run.Client.Send([.. Frames.Client(Opcode.Text, "a"u8), .. Frames.Client(Opcode.Text, "b"u8)]);
        run.Time.Advance(200);
        Assert.False(run.Session.IsDisconnected);
    }
}
