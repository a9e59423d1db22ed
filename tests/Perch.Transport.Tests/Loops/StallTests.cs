using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;
using Perch.Transport.Connections;
using Perch.Transport.Loops;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Loops;

/// <summary>Apps run on a loop's thread, and one that keeps it keeps nobody else waiting.</summary>
public sealed class StallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>For the first of the apps that block, which waits while all others begin.</summary>
    private static readonly TimeSpan LimitOfAll = TimeSpan.FromMinutes(3);

    [FactOnLoops]
    public async Task App_GoesOnOnTheLoopsThread()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<string?> thread = WhenReadAsync(server, () => Thread.CurrentThread.Name);
        await client.SendAsync("a");
        Assert.Equal("perch loop 0", await Wait.For(thread, "the app"));
    }

    [FactOnLoops]
    public async Task AppWithoutInlineScheduling_GoesOnOnTheThreadPool()
    {
        await using LoopHost host = await LoopHost.StartAsync(options => options.InlineScheduling = false);
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<bool> isOnPool = WhenReadAsync(server, () => Thread.CurrentThread.IsThreadPoolThread);
        await client.SendAsync("a");
        Assert.True(await Wait.For(isOnPool, "the app"));
        (long written, ValueTask<FlushResult> flush) = server.Transport.Output.WriteUntilItWaits();
        Task<bool> flushed = Apart.Start(() => OnPoolWhenFlushedAsync(flush));
        await client.ReceiveAsync((int)written);
        Assert.True(await Wait.For(flushed, "the flush"));
    }

    [FactOnLoops]
    public async Task AppThatBlocks_DoesNotHoldUpTheOthersOfItsLoop()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        using var release = new ManualResetEventSlim();
        Task<bool>[] blocked = new Task<bool>[8];
        for (int i = 0; i < blocked.Length; i++)
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            blocked[i] = WhenReadAsync(server, () => release.Wait(Limit));
            await client.SendAsync("a");
        }

        (Socket other, ConnectionContext otherServer) = await host.ConnectAsync();
        Task echo = Apart.Start(() => Peer.EchoAsync(otherServer));
        for (int i = 0; i < 20; i++)
        {
            await other.SendAsync("hello");
            Assert.Equal("hello", await other.ReceiveTextAsync(5));
        }

        // It is logged behind the start of the other thread.
        await Wait.Until(
            () => Task.FromResult(host.Loggers.Count("LoopTakenOver") >= blocked.Length ? "" : null), "another thread for each app that blocks");
        Assert.DoesNotContain(blocked, task => task.IsCompleted);
        release.Set();
        Assert.All(await Wait.For(Task.WhenAll(blocked), "the apps that blocked"), Assert.True);
        other.Shutdown(SocketShutdown.Send);
        await Wait.For(echo, "the echo's end");
    }

    [FactOnLoops]
    public async Task AppThatWaitsForAllOthersOfItsBatch_IsNotWaitedFor()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        const int Others = 50;
        using var others = new CountdownEvent(Others);
        using var release = new ManualResetEventSlim();
        (Socket holder, ConnectionContext holderServer) = await host.ConnectAsync();
        Task<bool> holding = WhenReadAsync(holderServer, () => release.Wait(Limit));
        List<Socket> clients = [];
        List<Task<bool>> apps = [];
        for (int i = 0; i <= Others; i++)
        {
            bool isFirst = i == 0;
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            clients.Add(client);
            apps.Add(WhenReadAsync(server, () => isFirst ? others.Wait(Limit) : others.Signal() | true));
        }

        // All of it comes while the loop is held, as far as that goes.
        await holder.SendAsync("a");
        foreach (Socket client in clients)
        {
            await client.SendAsync("a");
        }

        release.Set();
        Assert.True(await Wait.For(holding, "the app that held the loop"));
        Assert.All(await Wait.For(Task.WhenAll(apps), "the apps"), Assert.True);
    }

    /// <summary>The watch's looks are made here, so that no time decides; a few are its own.</summary>
    [TheoryOnLoops]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AppThatBlocksBeyondTheMost_HoldsTheLoopUntilOneGoesOn(bool isTheLast)
    {
        await using LoopHost host = await LoopHost.StartAsync(options => options.StallTimeout = TimeSpan.FromHours(1));
        (Socket other, ConnectionContext otherServer) = await host.ConnectAsync();
        Task echo = Apart.Start(() => Peer.EchoAsync(otherServer));
        EventLoop loop = Assert.IsType<SocketPipes>(otherServer.Transport).Loop!;
        ManualResetEventSlim[] releases = [.. Enumerable.Range(0, EventLoop.MostLost + 1).Select(static _ => new ManualResetEventSlim())];
        List<Task<bool>> blocked = [];
        using var holds = new SemaphoreSlim(0);
        foreach (ManualResetEventSlim release in releases)
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            blocked.Add(WhenReadAsync(server, () =>
            {
                holds.Release();
                return release.Wait(LimitOfAll);
            }));
            await client.SendAsync("a");
            Assert.True(await holds.WaitAsync(Limit), $"app {blocked.Count} does not run");
            int lost = Math.Min(blocked.Count, EventLoop.MostLost);
            await UntilAsync(() => loop.Lost == lost, $"thread {lost + 1} of the loop");
        }

        await other.SendAsync("hello");
        LoopState[] looks = [.. Enumerable.Range(0, 10).Select(_ => loop.CheckProgress())];
        Assert.InRange(looks.Count(static look => look == LoopState.StandsStill), 0, 1);
        Assert.DoesNotContain(LoopState.TakenOver, looks);
        Assert.Equal(EventLoop.MostLost, loop.Lost);
        Assert.Equal(0, other.Available);

        // The last of them still has the loop, and goes on with it; a thread that another gives back is one that may be made again.
        releases[isTheLast ? ^1 : 0].Set();
        await UntilAsync(() => other.Available == 5, "the answer of the loop that goes on");
        Assert.Equal("hello", await other.ReceiveTextAsync(5));
        Array.ForEach(releases, static release => release.Set());
        Assert.All(await Wait.For(Task.WhenAll(blocked), "the apps that blocked"), Assert.True);
        other.Shutdown(SocketShutdown.Send);
        await Wait.For(echo, "the echo's end");
        Array.ForEach(releases, static release => release.Dispose());

        Task UntilAsync(Func<bool> isMet, string what)
        {
            // The first look remembers what is dispatched.
            loop.CheckProgress();
            return Wait.Until(
                () =>
                {
                    loop.CheckProgress();
                    return Task.FromResult(isMet() ? "" : null);
                },
                what);
        }
    }

    [FactOnLoops]
    public async Task LoopThatStandsStill_IsInTheLogOnce()
    {
        await using LoopHost host = await LoopHost.StartAsync(options => options.StallTimeout = TimeSpan.FromMilliseconds(1));
        using var release = new ManualResetEventSlim();
        using var blocking = new CountdownEvent(EventLoop.MostLost + 1);
        List<Task<bool>> blocked = [];
        List<Socket> clients = [];
        for (int i = 0; i <= EventLoop.MostLost; i++)
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            clients.Add(client);
            blocked.Add(WhenReadAsync(server, () => blocking.Signal() | release.Wait(LimitOfAll)));
        }

        clients.ForEach(static client => client.Send("a"u8));
        await Wait.Until(
            () => Task.FromResult(host.Loggers.Count("LoopStandsStill") > 0 ? "" : null), () => $"the line in the log; {blocking.CurrentCount} apps have not run");
        Assert.True(blocking.Wait(Limit));
        Assert.InRange(host.Loggers.Count("LoopTakenOver"), EventLoop.MostLost, int.MaxValue);
        Assert.Contains(host.Loggers.Entries, entry => entry.Message.StartsWith("perch loop 0 stands still", StringComparison.Ordinal));
        release.Set();
        Assert.All(await Wait.For(Task.WhenAll(blocked), "the apps that blocked"), Assert.True);
        Assert.Equal(1, host.Loggers.Count("LoopStandsStill"));
    }

    [FactOnLoops]
    public async Task FlushesBeforeAnAppBlocks_LeaveMeanwhile()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        using var release = new ManualResetEventSlim();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<bool> app = Apart.Start(AppAsync);
        await client.SendAsync("a");
        Assert.Equal("one two three", await client.ReceiveTextAsync(13));
        Assert.False(app.IsCompleted);
        release.Set();
        Assert.True(await Wait.For(app, "the app"));
        Assert.Equal("four", await client.ReceiveTextAsync(4));

        async Task<bool> AppAsync()
        {
            await server.Transport.Input.ReadAsync();
            await server.Transport.Output.WriteAsync("one "u8.ToArray());
            await server.Transport.Output.WriteAsync("two "u8.ToArray());
            await server.Transport.Output.WriteAsync("three"u8.ToArray());
            bool wasReleased = release.Wait(Limit);
            await server.Transport.Output.WriteAsync("four"u8.ToArray());
            return wasReleased;
        }
    }

    [FactOnLoops]
    public async Task AppThatBlocksUntilItsOwnFlushEnds_GoesOn()
    {
        // Long, for both to come in one event while the loop is held.
        await using LoopHost host = await LoopHost.StartAsync(options => options.StallTimeout = TimeSpan.FromMilliseconds(300));
        using var release = new ManualResetEventSlim();
        using var holds = new ManualResetEventSlim();
        (Socket holder, ConnectionContext holderServer) = await host.ConnectAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        (long written, ValueTask<FlushResult> flush) = server.Transport.Output.WriteUntilItWaits();
        Task<FlushResult> flushing = flush.AsTask();
        Task<bool> app = WhenReadAsync(server, () => flushing.Wait(Limit));
        Task<bool> holding = WhenReadAsync(holderServer, () =>
        {
            holds.Set();
            return release.Wait(Limit);
        });
        await holder.SendAsync("a");
        Assert.True(holds.Wait(Limit));
        client.Send("a"u8);
        await client.ReceiveAsync((int)written / 2);
        release.Set();
        await client.ReceiveAsync((int)written - ((int)written / 2));
        Assert.True(await Wait.For(app, "the app that waits for its flush"), "the flush did not end");
        Assert.True(await holding);
    }

    [FactOnLoops]
    public async Task WhatAContinuationLeavesInItsContext_IsNotThereForTheNext()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        (Socket other, ConnectionContext otherServer) = await host.ConnectAsync();
        var local = new AsyncLocal<string?>();
        Task<string?> leaves, finds;
        using (ExecutionContext.SuppressFlow())
        {
            leaves = WhenReadAsync<string?>(server, () => local.Value = "left");
            finds = WhenReadAsync(otherServer, () => local.Value);
        }

        await client.SendAsync("a");
        Assert.Equal("left", await Wait.For(leaves, "the first continuation"));
        await other.SendAsync("a");
        Assert.Null(await Wait.For(finds, "the second continuation"));
    }

    /// <summary>Waits for bytes, and goes on where the transport goes on.</summary>
    private static Task<T> WhenReadAsync<T>(ConnectionContext server, Func<T> then) =>
        Apart.Start(async () =>
        {
            ReadResult result = await server.Transport.Input.ReadAsync();
            server.Transport.Input.AdvanceTo(result.Buffer.End);
            return then();
        });

    private static async Task<bool> OnPoolWhenFlushedAsync(ValueTask<FlushResult> flush)
    {
        await flush;
        return Thread.CurrentThread.IsThreadPoolThread;
    }
}
