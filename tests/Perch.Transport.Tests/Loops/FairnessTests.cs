using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;
using Perch.Transport.Loops;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Loops;

/// <summary>One connection that always has something to do leaves their turn to the others, with no other thread to help.</summary>
public sealed class FairnessTests
{
    [FactOnLoops]
    public async Task EndlessInput_LeavesOthersTheirTurn()
    {
        await using LoopHost host = await LoopHost.StartAsync(WithoutWatch);
        int longest = 0;
        int spent = 0;
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        using var stop = new CancellationTokenSource();
        Task reading = Apart.Start(ReadEndlesslyAsync);
        Task sending = Task.Run(() =>
        {
            byte[] bytes = new byte[256 * 1024];
            while (!stop.IsCancellationRequested)
            {
                client.Send(bytes);
            }

            client.Shutdown(SocketShutdown.Send);
        });

        await EchoIsServedAsync(host);
        await Wait.Until(() => Task.FromResult(Volatile.Read(ref spent) > 10 ? "" : null), "a reader that has had all that one turn gives");
        await stop.CancelAsync();
        await Wait.For(Task.WhenAll(sending, reading), "the end of the input");
        Assert.InRange(longest, 1, CallBudget.MostCalls);
        Assert.Equal(0, host.Loggers.Count("LoopTakenOver"));

        async Task ReadEndlesslyAsync()
        {
            for (int run = 0; ;)
            {
                ValueTask<ReadResult> read = server.Transport.Input.ReadAsync();
                run = read.IsCompleted ? run + 1 : 0;
                longest = Math.Max(longest, run);
                spent += run == CallBudget.MostCalls - 1 ? 1 : 0;
                ReadResult result = await read;
                server.Transport.Input.AdvanceTo(result.Buffer.End);
                Thread.SpinWait(1_000);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
    }

    [FactOnLoops]
    public async Task EndlessOutput_LeavesOthersTheirTurn()
    {
        await using LoopHost host = await LoopHost.StartAsync(WithoutWatch);
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        using var stop = new CancellationTokenSource();
        Task writing = Apart.Start(WriteEndlesslyAsync);
        await client.SendAsync("go");
        Task reading = Task.Run(async () =>
        {
            byte[] bytes = new byte[1024 * 1024];
            while (await client.ReceiveAsync(bytes) > 0)
            {
            }
        });
        await EchoIsServedAsync(host);
        await stop.CancelAsync();
        await Wait.For(writing, "the writer's end");
        server.Transport.Output.Complete();
        await Wait.For(reading, "the end of the output");
        Assert.Equal(0, host.Loggers.Count("LoopTakenOver"));

        async Task WriteEndlesslyAsync()
        {
            byte[] bytes = new byte[2 * 1024];
            await server.Transport.Input.ReadAsync();
            while (!stop.IsCancellationRequested)
            {
                await server.Transport.Output.WriteAsync(bytes);
            }
        }
    }

    [FactOnLoops]
    public async Task AppThatAlwaysWrites_WaitsForItsTurn()
    {
        // Nothing the peer does makes a flush wait here: there is room for all of it.
        await using LoopHost host = await LoopHost.StartAsync(WithoutWatch);
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<int> app = Apart.Start(CountFlushesUntilOneWaitsAsync);
        await client.SendAsync("go");
        Assert.InRange(await Wait.For(app, "a flush that waits"), 1, CallBudget.MostCalls);

        async Task<int> CountFlushesUntilOneWaitsAsync()
        {
            byte[] bytes = new byte[4 * 1024];
            await server.Transport.Input.ReadAsync();
            for (int count = 1; ; count++)
            {
                ValueTask<FlushResult> flush = server.Transport.Output.WriteAsync(bytes);
                bool waits = !flush.IsCompleted;
                await flush;
                if (waits)
                {
                    return count;
                }
            }
        }
    }

    [FactOnLoops]
    public async Task ManyConnectionsAtOnce_AreAllAccepted()
    {
        await using LoopHost host = await LoopHost.StartAsync(WithoutWatch);
        const int Count = 5 * CallBudget.MostCalls;
        (Socket holder, ConnectionContext server) = await host.ConnectAsync();
        using var holds = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Task holding = Apart.Start(HoldAsync);
        Task accepting = Apart.Start(AcceptAllAsync);
        await holder.SendAsync("a");
        Assert.True(holds.Wait(TimeSpan.FromSeconds(60)), "the loop is not held");
        for (int i = 0; i < Count; i++)
        {
            await host.DialAsync();
        }

        release.Set();
        await Wait.For(Task.WhenAll(accepting, holding), "the connections");

        async Task HoldAsync()
        {
            await server.Transport.Input.ReadAsync();
            holds.Set();
            release.Wait(TimeSpan.FromSeconds(60));
        }

        async Task AcceptAllAsync()
        {
            for (int i = 0; i < Count; i++)
            {
                await using ConnectionContext? connection = await host.Listener.AcceptAsync();
                Assert.NotNull(connection);
            }
        }
    }

    private static void WithoutWatch(EventLoopTransportOptions options) => options.StallTimeout = TimeSpan.FromHours(1);

    private static async Task EchoIsServedAsync(LoopHost host)
    {
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task echo = Apart.Start(() => Peer.EchoAsync(server));
        for (int i = 0; i < 50; i++)
        {
            await client.SendAsync("hello");
            Assert.Equal("hello", await client.ReceiveTextAsync(5));
        }

        client.Shutdown(SocketShutdown.Send);
        await Wait.For(echo, "the echo's end");
    }
}
