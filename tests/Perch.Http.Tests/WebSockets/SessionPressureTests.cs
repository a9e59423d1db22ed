using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>Who is slow makes the other wait, and costs little.</summary>
public sealed class SessionPressureTests
{
    [Fact]
    public async Task ClientThatDoesNotRead_MakesSendWait()
    {
        int sent = 0;
        var run = new SessionRun(
            async session =>
            {
                for (; sent < 100; sent++)
                {
                    await session.SendAsync(new WebSocketSend(new byte[1000]));
                }
            },
            client: new MemoryConnection(outputThreshold: 10_000));
        Assert.Equal(9, sent);
        await run.ExpectAsync([.. Enumerable.Repeat(Frames.Server(Opcode.Binary, new byte[1000]), 100)]);
        await run.App.Within("the last send");
    }

    // A send is used again once its result has been taken; who takes that twice must not have it used a third time meanwhile.
    [Fact]
    public async Task ResultThatIsTakenTwice_LeavesTheSendThatWaitsAlone()
    {
        byte[][] messages = [.. Enumerable.Range(1, 4).Select(i => Enumerable.Repeat((byte)i, 20_000).ToArray())];
        var run = new SessionRun(
            async session =>
            {
                ValueTask first = session.SendAsync(new WebSocketSend(messages[0]));
                Assert.False(first.IsCompleted);
                await first;
                ValueTask second = session.SendAsync(new WebSocketSend(messages[1]));
                ValueTask third = session.SendAsync(new WebSocketSend(messages[2]));
                Assert.Throws<InvalidOperationException>(() => TakeAgain(first));
                Assert.Throws<InvalidOperationException>(() => TakeAgain(third));
                ValueTask fourth = session.SendAsync(new WebSocketSend(messages[3]));
                await second;
                await third;
                await fourth;
            },
            client: new MemoryConnection(outputThreshold: 10_000));
        await run.ExpectAsync([.. messages.Select(message => Frames.Server(Opcode.Binary, message))]);
        await run.App.Within("the end of the sends");

        static void TakeAgain(ValueTask send) => send.GetAwaiter().GetResult();
    }

    // A message is not put into the pipe as a whole: what waits for the client is the app's memory still.
    [Fact]
    public async Task LargeMessage_IsWrittenAsTheClientReads()
    {
        byte[] message = new byte[5_000_000];
        new Random(3).NextBytes(message);
        var run = new SessionRun(session => session.SendAsync(new WebSocketSend(message)).AsTask(), client: new MemoryConnection(outputThreshold: 10_000));
        Assert.False(run.App.IsCompleted);
        Assert.InRange(run.Client.Pool.Rented, 1, 20);
        await run.ExpectAsync(Frames.Server(Opcode.Binary, message));
        await run.App.Within("the end of the send");
    }

    [Fact]
    public async Task ConcurrentSends_KeepWholeMessagesInOrder()
    {
        var run = new SessionRun(
            session => Task.WhenAll(Enumerable.Range(0, 50).Select(i => session.SendAsync(new WebSocketSend(Payload(i))).AsTask())),
            client: new MemoryConnection(outputThreshold: 10_000));
        Assert.False(run.App.IsCompleted);
        int before = run.Client.Flushes;
        await run.ExpectAsync([.. Enumerable.Range(0, 50).Select(i => Frames.Server(Opcode.Binary, Payload(i)))]);
        await run.App.Within("the end of the sends");

        // What was queued behind a flush goes out together.
        Assert.InRange(run.Client.Flushes - before, 1, 20);

        static byte[] Payload(int i) => [.. Enumerable.Repeat((byte)i, i % 10 == 0 ? 50_000 : 1000)];
    }

    // RFC 6455 §5.5.3: only the last of several pings need be answered, so that pings cost no memory.
    [Fact]
    public async Task PingsOfAClientThatDoesNotRead_AreAnsweredOnce()
    {
        var run = new SessionRun(
            session => session.SendAsync(new WebSocketSend(new byte[20_000])).AsTask(), client: new MemoryConnection(outputThreshold: 10_000));
        for (byte i = 0; i < 200; i++)
        {
            run.Client.Send(Frames.Client(Opcode.Ping, [i]));
        }

        await run.ExpectAsync(Frames.Server(Opcode.Binary, new byte[20_000]), Frames.Server(Opcode.Pong, [199]));
    }

    [Fact]
    public async Task AppThatDoesNotReceive_StopsTheReadingAtTheQueuesEnd()
    {
        var goesOn = new TaskCompletionSource();
        int received = 0;
        var run = new SessionRun(
            async session =>
            {
                await goesOn.Task;
                for (; received < 100; received++)
                {
                    Assert.Equal(received, ((WebSocketReceive)await session.ReceiveAsync()).Data.Span[0]);
                }
            },
            new() { MaxQueue = 5 },
            client: new MemoryConnection(inputThreshold: 10_000));
        Task sending = run.Client.SendAllAsync([.. Enumerable.Range(0, 100).SelectMany(i => Frames.Client(Opcode.Binary, [.. Enumerable.Repeat((byte)i, 1000)]))]);
        Assert.False(sending.IsCompleted);
        Assert.Equal(5, run.Arrays.Rented);
        goesOn.SetResult();
        await run.App.Within("all messages");
        await sending.Within("the end of the sending");
        Assert.Equal(100, received);
    }

    // Few messages may be many bytes.
    [Fact]
    public void MessagesThatAreReadAhead_AreBoundedInBytes()
    {
        var run = new SessionRun(_ => new TaskCompletionSource().Task, client: new MemoryConnection(inputThreshold: 10_000_000));
        for (int i = 0; i < 10; i++)
        {
            run.Client.Send(Frames.Client(Opcode.Binary, new byte[300_000]));
        }

        Assert.Equal(4, run.Arrays.Rented);
    }

    // A message that the app holds lies in the input: what is read ahead of it is kept there with it, and so is bounded.
    [Fact]
    public async Task PingsDuringAMessageThatIsHeld_AreBounded()
    {
        var goesOn = new TaskCompletionSource();
        var run = new SessionRun(async session =>
        {
            var message = (WebSocketReceive)await session.ReceiveAsync();
            await goesOn.Task;
            Assert.Equal("held", message.Text);
            await session.ReceiveAsync();
        });
        run.Client.Send(Frames.Client(Opcode.Text, "held"u8));
        byte[] ping = Frames.Client(Opcode.Ping, new byte[125]);
        for (int i = 0; i < 2000; i++)
        {
            run.Client.Send(ping);
        }

        int answered = run.Client.ReadNow().Length / (ping.Length - 4);
        Assert.InRange(answered, 100, 600);
        goesOn.SetResult();
        await run.ExpectAsync([.. Enumerable.Repeat(Frames.Server(Opcode.Pong, new byte[125]), 2000 - answered)]);
        run.Client.Send(Frames.Client(Opcode.Text, "last"u8));
        await run.App.Within("the app's end");
    }

    [Fact]
    public async Task IdleSession_HoldsNothing()
    {
        var goesOn = new TaskCompletionSource();
        var run = new SessionRun(async session =>
        {
            await session.ReceiveAsync();
            await goesOn.Task;
            await SessionRun.EchoAsync(session);
        });
        run.Client.Send(Frames.Client(Opcode.Text, "held"u8));
        Assert.Equal(1, run.Client.Pool.Rented);
        Unbound.Run(goesOn.SetResult);

        // The reading waits with the held message in its input; the clock sees that it is held no more.
        run.Time.Advance(20);
        await run.ExpectAsync(Frames.Server(Opcode.Ping, default));
        Assert.Equal(0, run.Client.Pool.Rented);
        Assert.Equal(0, run.Arrays.Rented);

        run.Client.Send(Frames.Client(Opcode.Text, "again"u8));
        await run.ExpectAsync(Frames.Server(Opcode.Text, "again"u8));
        Assert.Equal(0, run.Client.Pool.Rented);
        Assert.Equal(0, run.Arrays.Rented);
    }
}
