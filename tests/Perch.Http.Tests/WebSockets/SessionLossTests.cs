using Microsoft.AspNetCore.Connections;
using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>A client that is gone, in every state: the app is told 1006, and nothing is left.</summary>
public sealed class SessionLossTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AfterEachByte_TheAppIsTold(bool resets)
    {
        byte[] bytes =
        [
            .. Frames.Client(Opcode.Text, "hello"u8), .. Frames.Part(Opcode.Text, "a"u8), .. Frames.Client(Opcode.Ping, "p"u8),
            .. Frames.Client(Opcode.Continuation, new byte[150]),
        ];
        for (int count = 0; count <= bytes.Length; count++)
        {
            var run = new SessionRun();
            run.Client.Send(bytes.AsSpan(0, count));
            Leave(run, resets);
            await run.AssertDisconnectAsync(1006);
            await run.AssertNothingIsLeftAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WithTheAppAtWork_TheAppIsTold(bool resets)
    {
        var left = new TaskCompletionSource();
        var run = new SessionRun(async session =>
        {
            await session.ReceiveAsync();
            using var source = new CancellationTokenSource();
            source.Token.Register(left.SetResult);
            session.CancelWhenDisconnected(source);
            await left.Task;
            await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await session.SendAsync(new WebSocketSend("late")));
            Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(await session.ReceiveAsync()).Code);
            Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(await session.ReceiveAsync()).Code);
        });
        run.Client.Send(Frames.Client(Opcode.Text, "hello"u8));
        Leave(run, resets);
        await run.App.Within("the app's end");
        await run.AssertNothingIsLeftAsync();
    }

    // Who waits for the end completes the pipes; a writer over a stream throws when it is touched after that, here on a timer's thread.
    [Fact]
    public async Task WhileAnAbortRuns_TheSessionHasNotEnded()
    {
        var client = new MemoryConnection();
        bool? hasEnded = null;
        WebSocketSession? session = null;
        using var aborted = session = new WebSocketSession(client.Transport, new WebSocketGatewayOptions(), deflate: null, new FakeTime(), new CutConnection(() =>
        {
            // The reading ends here and now.
            client.Abort(new ConnectionAbortedException("The session is cut."));
            hasEnded = session!.Ended.IsCompleted;
        }));
        Unbound.Run(() =>
        {
            session.Start();
            session.Abort();
        });
        Assert.False(hasEnded);
        await session.Ended.Within("the end of the session");
    }

    [Fact]
    public async Task WithASendThatWaits_TheSendThrows()
    {
        var run = new SessionRun(
            async session =>
            {
                ValueTask[] sends = [.. Enumerable.Range(0, 5).Select(_ => session.SendAsync(new WebSocketSend(new byte[30_000])))];
                foreach (ValueTask send in sends)
                {
                    await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await send);
                }

                Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(await session.ReceiveAsync()).Code);
            },
            client: new MemoryConnection(outputThreshold: 10_000));
        Assert.False(run.App.IsCompleted);
        run.Client.Reset();
        await run.App.Within("the app's end");
        await run.AssertNothingIsLeftAsync();
    }

    // The queue is full: nobody reads. What was read is received, and then the disconnect.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WithTheQueueFull_WhatWasReadIsReceived(bool resets)
    {
        var goesOn = new TaskCompletionSource();
        var received = new List<string>();
        var run = new SessionRun(
            async session =>
            {
                await goesOn.Task;
                while (await session.ReceiveAsync() is WebSocketReceive message)
                {
                    received.Add(message.Text!);
                }
            },
            new() { MaxQueue = 2 });
        run.Client.Send([.. Enumerable.Range(0, 5).SelectMany(i => Frames.Client(Opcode.Text, [(byte)('a' + i)]))]);
        Leave(run, resets);
        goesOn.SetResult();
        await run.App.Within("the app's end");
        Assert.Equal(["a", "b"], received[..2]);
        await run.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InTheCloseHandshake_TheAppSeesItsOwnClose(bool resets)
    {
        WebSocketDisconnect? disconnect = null;
        var run = new SessionRun(async session =>
        {
            await session.CloseAsync(4001);
            disconnect = (WebSocketDisconnect)await session.ReceiveAsync();
        });
        Leave(run, resets);
        await run.App.Within("the app's end");
        Assert.Equal(4001, disconnect!.Code);
        await run.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AfterAFault_ItIsOverAtOnce(bool resets)
    {
        var run = new SessionRun();
        run.Client.Send(Frames.Client(Opcode.Text, [0xFF]));
        Leave(run, resets);
        await run.AssertDisconnectAsync(1007);
        await run.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task WithTheLastMessageReadTogetherWithTheEnd_ItIsReceived()
    {
        var goesOn = new TaskCompletionSource();
        var run = new SessionRun(async session =>
        {
            await goesOn.Task;
            Assert.Equal("hello", Assert.IsType<WebSocketReceive>(await session.ReceiveAsync()).Text);
            Assert.Equal(1001, Assert.IsType<WebSocketDisconnect>(await session.ReceiveAsync()).Code);
        });
        run.Client.Send([.. Frames.Client(Opcode.Text, "hello"u8), .. Frames.Close(1001)]);
        run.Client.End();
        goesOn.SetResult();
        await run.App.Within("the app's end");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Abort_EndsIt(int messages)
    {
        var goesOn = new TaskCompletionSource();
        WebSocketSession? aborted = null;
        var run = new SessionRun(
            async session =>
            {
                aborted = session;
                await goesOn.Task;
                while (await session.ReceiveAsync() is WebSocketReceive)
                {
                }
            },
            new() { MaxQueue = 2 });
        run.Client.Send([.. Enumerable.Range(0, messages).SelectMany(_ => Frames.Client(Opcode.Text, "x"u8))]);
        aborted!.Abort();
        await run.Session.Ended.Within("the end of the session");
        Assert.NotNull(run.Client.Aborted);
        goesOn.SetResult();
        await run.AssertNothingIsLeftAsync();
    }

    // An error that is nobody's fault but Perch's: the host hears of it, and the connection is not left to itself.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ErrorInReading_CutsTheConnection(bool onTopOfTheApp)
    {
        var run = new SessionRun();
        run.Arrays.Failure = new InsufficientMemoryException();
        run.Client.Send([.. onTopOfTheApp ? Frames.Client(Opcode.Text, "before"u8) : [], .. Frames.Part(Opcode.Text, "a"u8)]);
        Assert.Same(run.Arrays.Failure, await Assert.ThrowsAsync<InsufficientMemoryException>(() => run.Session.Ended.Within("the end of the session")));
        Assert.NotNull(run.Client.Aborted);
        await run.AssertDisconnectAsync(1006);
        Assert.Equal(onTopOfTheApp ? ["before"] : [], run.Received);
    }

    [Fact]
    public async Task ErrorInWriting_CutsTheConnection()
    {
        var fails = new TaskCompletionSource();
        var run = new SessionRun(
            async session =>
            {
                await fails.Task;
                await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await session.SendAsync(new WebSocketSend(new byte[100_000])));
                Assert.Equal(1006, Assert.IsType<WebSocketDisconnect>(await session.ReceiveAsync()).Code);
            },
            deflate: new DeflateAgreement(false, false, 15));
        run.Arrays.Failure = new InsufficientMemoryException();
        fails.SetResult();
        Assert.Same(run.Arrays.Failure, await Assert.ThrowsAsync<InsufficientMemoryException>(() => run.Session.Ended.Within("the end of the session")));
        Assert.NotNull(run.Client.Aborted);
        await run.App.Within("the app's end");
    }

    // The session does not end while somebody has its output.
    [Fact]
    public async Task ErrorInTheAnswerToAPing_EndsTheSession()
    {
        var run = new SessionRun();
        var failure = new InsufficientMemoryException();
        run.Client.WriteFailure = failure;
        run.Client.Send(Frames.Client(Opcode.Ping, "p"u8));
        Assert.Same(failure, await Assert.ThrowsAsync<InsufficientMemoryException>(() => run.Session.Ended.Within("the end of the session")));
        Assert.NotNull(run.Client.Aborted);
        await run.AssertDisconnectAsync(1006);
    }

    private static void Leave(SessionRun run, bool resets)
    {
        if (resets)
        {
            run.Client.Reset();
        }
        else
        {
            run.Client.End();
        }
    }
}
