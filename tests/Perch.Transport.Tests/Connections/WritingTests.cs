using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Connections;

/// <summary>The output is a pipe as System.IO.Pipelines describes it.</summary>
public sealed class WritingTests
{
    [FactOnLoops]
    public async Task WhatIsWritten_LeavesWithTheFlush()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        PipeWriter output = server.Transport.Output;
        Assert.True(output.CanGetUnflushedBytes);
        "hello"u8.CopyTo(output.GetSpan(5));
        output.Advance(5);
        Assert.Equal(5, output.UnflushedBytes);
        Assert.Equal(0, client.Available);
        FlushResult flushed = await Peer.EndOfAsync(output.FlushAsync());
        Assert.False(flushed.IsCompleted || flushed.IsCanceled);
        Assert.Equal(0, output.UnflushedBytes);
        Assert.Equal("hello", await client.ReceiveTextAsync(5));
    }

    [TheoryOnLoops]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(300_000)]
    public async Task Memory_IsAsLargeAsWasAskedFor(int size)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        PipeWriter output = server.Transport.Output;
        output.Write("ab"u8);
        Memory<byte> memory = output.GetMemory(size);
        Assert.InRange(memory.Length, Math.Max(size, 1), int.MaxValue);
        memory.Span.Fill((byte)'c');
        output.Advance(memory.Length);
        output.Write("de"u8);
        await Task.WhenAll(
            Peer.EndOfAsync(output.FlushAsync()),
            client.ReceiveAsync(memory.Length + 4).ContinueWith(
                received => Assert.Equal("ab" + new string('c', memory.Length) + "de", System.Text.Encoding.ASCII.GetString(received.Result)),
                TaskScheduler.Default));
    }

    [FactOnLoops]
    public async Task AdvanceBeyondTheMemory_IsRefused()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (_, ConnectionContext server) = await host.ConnectAsync();
        PipeWriter output = server.Transport.Output;
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(1));
        int length = output.GetMemory().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => output.GetMemory(-1));
    }

    [TheoryOnLoops]
    [InlineData(1)]
    [InlineData(10_000)]
    [InlineData(3_000_000)]
    public async Task LargeWrite_StandsBehindWhatWasWrittenBefore(int size)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        Task<byte[]> receiving = client.ReceiveAsync(size + 10);
        server.Transport.Output.Write("first"u8);
        await Peer.EndOfAsync(server.Transport.Output.WriteAsync(bytes));
        await server.WriteTextAsync("final");
        byte[] received = await receiving;
        Assert.Equal([.. "first"u8, .. bytes, .. "final"u8], received);
    }

    [FactOnLoops]
    public async Task Flush_WaitsForAPeerThatDoesNotRead()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        (long written, ValueTask<FlushResult> flush) = server.Transport.Output.WriteUntilItWaits();

        // The writer is free meanwhile, but for another flush.
        server.Transport.Output.Write("the rest"u8);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Transport.Output.FlushAsync().AsTask());
        await client.ReceiveAsync((int)written);
        Assert.False((await Peer.EndOfAsync(flush)).IsCompleted);
        Assert.Equal(8, server.Transport.Output.UnflushedBytes);
        await Peer.EndOfAsync(server.Transport.Output.FlushAsync());
        Assert.Equal("the rest", await client.ReceiveTextAsync(8));
    }

    [FactOnLoops]
    public async Task CancelPendingFlush_EndsTheFlush_AndTheBytesLeaveAllTheSame()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        (long written, ValueTask<FlushResult> flush) = server.Transport.Output.WriteUntilItWaits();
        server.Transport.Output.CancelPendingFlush();
        Assert.True((await Peer.EndOfAsync(flush)).IsCanceled);
        Task<byte[]> receiving = client.ReceiveAsync((int)written + 4);
        await server.WriteTextAsync("more");
        Assert.Equal(written + 4, (await receiving).Length);
    }

    [FactOnLoops]
    public async Task CancelPendingFlush_EndsTheNextFlushOnceIfNoneWaits()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        server.Transport.Output.CancelPendingFlush();
        Assert.True((await Peer.EndOfAsync(server.Transport.Output.WriteAsync("a"u8.ToArray()))).IsCanceled);
        Assert.False((await Peer.EndOfAsync(server.Transport.Output.WriteAsync("b"u8.ToArray()))).IsCanceled);
        Assert.Equal("ab", await client.ReceiveTextAsync(2));
    }

    [FactOnLoops]
    public async Task Token_EndsTheFlushThatWaits()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        (long written, ValueTask<FlushResult> first) = server.Transport.Output.WriteUntilItWaits();
        server.Transport.Output.CancelPendingFlush();
        await Peer.EndOfAsync(first);
        using var cancellation = new CancellationTokenSource();
        ValueTask<FlushResult> flush = server.Transport.Output.FlushAsync(cancellation.Token);
        Assert.False(flush.IsCompleted);
        await cancellation.CancelAsync();
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Peer.EndOfAsync(flush));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        await client.ReceiveAsync((int)written);
        await server.WriteTextAsync("more");
        Assert.Equal("more", await client.ReceiveTextAsync(4));
    }

    [FactOnLoops]
    public async Task FlushThatNobodyAwaited_DoesNotStopTheNext()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        (long written, ValueTask<FlushResult> flush) = server.Transport.Output.WriteUntilItWaits();
        await client.ReceiveAsync((int)written);
        await Wait.Until(() => Task.FromResult(flush.IsCompleted ? "" : null), "the flush's end");
        await server.WriteTextAsync("more");
        Assert.Equal("more", await client.ReceiveTextAsync(4));
    }

    [FactOnLoops]
    public async Task WriteAfterComplete_IsRefused()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (_, ConnectionContext server) = await host.ConnectAsync();
        PipeWriter output = server.Transport.Output;
        output.Complete();
        output.Complete();
        Assert.Throws<InvalidOperationException>(() => output.GetMemory());
        await Assert.ThrowsAsync<InvalidOperationException>(() => output.FlushAsync().AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => output.WriteAsync(new byte[1]).AsTask());
    }

    [FactOnLoops]
    public async Task FlushesOfOneContinuation_AllLeave()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        Task serving = host.ServeAsync(async connection =>
        {
            ReadResult result = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            for (int i = 0; i < 5_000; i++)
            {
                await connection.WriteTextAsync($"piece {i:0000}\n");
            }

            // Nothing follows that would carry them.
            await connection.Transport.Input.ReadAsync();
        });
        Socket client = await host.DialAsync();
        await client.SendAsync("go");
        string[] lines = (await client.ReceiveTextAsync(5_000 * 11)).Split('\n');
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"piece {i:0000}"), lines[..5_000]);
        client.Dispose();
        await host.Listener.UnbindAsync();
        await Wait.For(serving, "the server's end");
    }
}
