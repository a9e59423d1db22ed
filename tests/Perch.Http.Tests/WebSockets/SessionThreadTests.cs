using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>Sessions whose two sides run on threads of their own.</summary>
public sealed class SessionThreadTests
{
    // An app that blocks its thread gets its messages, and its client the answers.
    [Fact]
    public async Task AppThatBlocks_IsServed()
    {
        await using var run = new ThreadedRun();
        Task app = run.ServeAsync(async session =>
        {
            await session.ReceiveAsync();
            for (int i = 0; i < 10; i++)
            {
                var message = (WebSocketReceive)session.ReceiveAsync().AsTask().GetAwaiter().GetResult();
                session.SendAsync(WebSocketSend.Echo(message)).AsTask().GetAwaiter().GetResult();
            }
        });
        await run.SendAsync(Frames.Client(Opcode.Text, "first"u8));
        for (int i = 0; i < 10; i++)
        {
            await run.SendAsync(Frames.Client(Opcode.Binary, [(byte)i]));
            Assert.Equal(Frames.Server(Opcode.Binary, [(byte)i]), await run.ReadAsync(3).Within("the answer"));
        }

        Assert.Equal(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000)), await run.ReadAsync(4).Within("the close frame"));
        await run.SendAsync(Frames.Close(1000));
        await app.Within("the end of the session");
    }

    // Apps that go on on other threads, with sizes that take every way through the session.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Messages_AreEchoedInOrder(int seed)
    {
        var random = new Random(seed);
        byte[][] messages = [.. Enumerable.Range(0, 400).Select(i =>
        {
            byte[] message = new byte[random.Next(10) == 0 ? random.Next(100_000) : random.Next(300)];
            random.NextBytes(message);
            return message;
        })];
        await using var run = new ThreadedRun();
        Task app = run.ServeAsync(async session =>
        {
            for (int i = 0; await session.ReceiveAsync() is WebSocketReceive message; i++)
            {
                if (i % 3 == 0)
                {
                    await Task.Yield();
                }

                ValueTask sending = session.SendAsync(WebSocketSend.Echo(message));
                if (i % 7 == 0)
                {
                    await Task.Yield();
                }

                await sending;
            }
        });
        Task sending = Task.Run(async () =>
        {
            foreach (byte[] message in messages)
            {
                await run.SendAsync([.. Frames.Part(Opcode.Binary, message.AsSpan(0, message.Length / 2)), .. Frames.Client(Opcode.Continuation, message.AsSpan(message.Length / 2))]);
            }
        });
        foreach (byte[] message in messages)
        {
            byte[] frame = Frames.Server(Opcode.Binary, message);
            Assert.Equal(frame, await run.ReadAsync(frame.Length).Within("an answer"));
        }

        await sending.Within("the end of the sending");
        await run.SendAsync(Frames.Close(1000));
        await app.Within("the end of the session");
    }

    // Every end, in the middle of traffic in both directions.
    [Theory]
    [InlineData("client closes")]
    [InlineData("client fails")]
    [InlineData("client leaves")]
    [InlineData("app closes")]
    [InlineData("server stops")]
    [InlineData("abort")]
    public async Task EndInTheMiddleOfTraffic_LeavesNothing(string end)
    {
        for (int round = 0; round < 20; round++)
        {
            await using var run = new ThreadedRun();
            int received = 0;
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task app = run.ServeAsync(async session =>
            {
                while (await session.ReceiveAsync() is WebSocketReceive message)
                {
                    if (++received == 50)
                    {
                        enough.SetResult();
                    }

                    await Task.WhenAll(session.SendAsync(WebSocketSend.Echo(message)).AsTask(), session.SendAsync(new WebSocketSend("more")).AsTask());
                    if (end == "app closes" && received == 60)
                    {
                        return;
                    }
                }
            });
            Task reading = run.ReadAllAsync();
            Task sending = SendAsync(run);
            await enough.Task.Within("fifty messages");
            switch (end)
            {
                case "client closes" or "app closes":
                    run.Ends = Frames.Close(1000);
                    break;
                case "client fails":
                    run.Ends = Frames.Client(Opcode.Text, [0xFF]);
                    break;
                case "client leaves":
                    run.Ends = [];
                    break;
                case "server stops":
                    await run.Session.CloseAsync(1012).AsTask().Within("the close frame");
                    run.Ends = Frames.Close(1012);
                    break;
                case "abort":
                    run.Session.Abort();
                    break;
            }

            await run.Session.Ended.Within("the end of the session");
            run.Ends ??= [];
            await sending.Within("the end of the sending");
            await app.Within("the end of the app");
            await reading.Within("the end of the reading");
        }
    }

    private static async Task SendAsync(ThreadedRun run)
    {
        byte[] message = [.. Frames.Client(Opcode.Binary, new byte[200]), .. Frames.Client(Opcode.Ping, default)];
        while (run.Ends is null)
        {
            await run.SendAsync(message);
        }

        await run.SendAsync(run.Ends);
        run.EndSending();
    }
}
