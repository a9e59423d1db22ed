using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Connections;

/// <summary>The input is a pipe as System.IO.Pipelines describes it.</summary>
public sealed class ReadingTests
{
    [FactOnLoops]
    public async Task BytesThatAreThere_AreReadAtOnce()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        Socket client = await host.DialAsync();
        await client.SendAsync("hello");
        ConnectionContext server = await host.AcceptAsync();
        Assert.Equal("hello", await server.ReadTextAsync(5));
    }

    [FactOnLoops]
    public async Task ReadThatWaits_EndsWhenBytesCome()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        for (int i = 0; i < 100; i++)
        {
            Task<ReadResult> read = server.Transport.Input.ReadAsync().AsTask();
            Assert.False(read.IsCompleted);
            await client.SendAsync("hello");
            ReadResult result = await Wait.For(read, "the read's end");
            server.Transport.Input.AdvanceTo(result.Buffer.Start);
            Assert.Equal("hello", await server.ReadTextAsync(5));
        }
    }

    [TheoryOnLoops]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BytesAndTheEndAtOnce_AreBothRead(bool readWaits)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        for (int i = 0; i < 100; i++)
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            Task<string>? read = readWaits ? server.ReadTextAsync(1000) : null;
            await client.SendAsync("hello");
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal("hello", await (read ?? server.ReadTextAsync(1000)));
            ReadResult end = await server.Transport.Input.NextAsync();
            Assert.True(end.IsCompleted);
            Assert.True(end.Buffer.IsEmpty);
        }
    }

    /// <summary>As in the platform's pipes: a reader may hold what it has not consumed, while it reads on behind it.</summary>
    [FactOnLoops]
    public async Task WhatIsNotConsumed_StaysWhereItIs()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        PipeReader input = server.Transport.Input;
        await client.SendAsync("gone held");
        ReadResult result = await input.NextAsync();
        SequencePosition heldFrom = result.Buffer.GetPosition(5);
        ReadOnlyMemory<byte> held = result.Buffer.Slice(heldFrom).First;
        input.AdvanceTo(heldFrom, result.Buffer.End);
        byte[] more = new byte[200_000];
        Task sending = client.SendAllAsync(more);
        while (result.Buffer.Length < 4 + more.Length)
        {
            result = await input.NextAsync();
            Assert.Equal("held", Encoding.ASCII.GetString(held.Span));
            Assert.True(result.Buffer.First.Span.Overlaps(held.Span));
            input.AdvanceTo(heldFrom, result.Buffer.End);
        }

        await sending;
    }

    [FactOnLoops]
    public async Task WhatIsNotConsumed_StaysWithWhatFollows()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        PipeReader input = server.Transport.Input;
        byte[] sent = new byte[300_000];
        Random.Shared.NextBytes(sent);
        Task sending = client.SendAllAsync(sent);
        ReadResult result = await input.NextAsync();
        while (result.Buffer.Length < sent.Length)
        {
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await input.NextAsync();
        }

        Assert.Equal(sent, result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
        await sending;
    }

    [TheoryOnLoops]
    [InlineData(1)]
    [InlineData(2_000)]
    [InlineData(3_000)]
    [InlineData(20_000)]
    public async Task RestThatIsHeldDuringAWait_IsTheSameAfterIt(int rest)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        PipeReader input = server.Transport.Input;
        byte[] sent = new byte[rest + 5];
        Random.Shared.NextBytes(sent);
        await client.SendAllAsync(sent);
        ReadResult result = await Wait.For(input.ReadAtLeastAsync(sent.Length).AsTask(), "the bytes");
        input.AdvanceTo(result.Buffer.GetPosition(5), result.Buffer.End);
        Task<ReadResult> read = input.ReadAsync().AsTask();
        Assert.False(read.IsCompleted);
        await client.SendAsync("more");
        result = await Wait.For(read, "the read's end");
        Assert.Equal([.. sent[5..], .. "more"u8], result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
    }

    [FactOnLoops]
    public async Task WhatIsNotExamined_IsReadAgainAtOnce()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        await client.SendAsync("hello");
        ReadResult result = await server.Transport.Input.NextAsync();
        server.Transport.Input.AdvanceTo(result.Buffer.GetPosition(2));
        Assert.True(server.Transport.Input.TryRead(out result));
        Assert.Equal("llo", Encoding.ASCII.GetString(result.Buffer));
        server.Transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.False(server.Transport.Input.TryRead(out _));
    }

    [FactOnLoops]
    public async Task TryRead_IsFalseUntilBytesCome()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Assert.False(server.Transport.Input.TryRead(out _));
        await client.SendAsync("hello");
        string? text = await Wait.Until(
            () => Task.FromResult(server.Transport.Input.TryRead(out ReadResult result) ? Encoding.ASCII.GetString(result.Buffer) : null),
            "bytes by TryRead");
        Assert.Equal("hello", text);
    }

    [FactOnLoops]
    public async Task CancelPendingRead_EndsTheReadThatWaits()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<ReadResult> read = server.Transport.Input.ReadAsync().AsTask();
        server.Transport.Input.CancelPendingRead();
        ReadResult result = await Wait.For(read, "the read's end");
        Assert.True(result.IsCanceled);
        server.Transport.Input.AdvanceTo(result.Buffer.End);
        await client.SendAsync("hello");
        Assert.Equal("hello", await server.ReadTextAsync(5));
    }

    [FactOnLoops]
    public async Task CancelPendingRead_EndsTheNextReadOnceIfNoneWaits()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        server.Transport.Input.CancelPendingRead();
        Assert.True((await server.Transport.Input.NextAsync()).IsCanceled);
        await client.SendAsync("hello");
        ReadResult result = await server.Transport.Input.NextAsync();
        Assert.False(result.IsCanceled);
        Assert.Equal(5, result.Buffer.Length);
    }

    [FactOnLoops]
    public async Task CancelsThatRaceWithBytes_LoseNeither()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        PipeReader input = server.Transport.Input;
        for (int i = 0; i < 2_000; i++)
        {
            Task<ReadResult> read = input.ReadAsync().AsTask();
            Task cancelling = Task.Run(input.CancelPendingRead);
            client.Send([(byte)i]);
            bool wasCancelled = false, wasRead = false;
            while (!wasCancelled || !wasRead)
            {
                ReadResult result = await Wait.For(read, $"the cancel ({wasCancelled}) or the byte ({wasRead}) of round {i}");
                Assert.False(wasCancelled && result.IsCanceled, "cancelled twice");
                wasCancelled |= result.IsCanceled;
                if (!result.Buffer.IsEmpty)
                {
                    Assert.Equal([(byte)i], result.Buffer.ToArray());
                    wasRead = true;
                }

                input.AdvanceTo(result.Buffer.End);
                read = wasCancelled && wasRead ? read : input.ReadAsync().AsTask();
            }

            await cancelling;
        }
    }

    [FactOnLoops]
    public async Task Token_EndsTheReadThatWaits_AndTheConnectionGoesOn()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<ReadResult> read = server.Transport.Input.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait.For(read, "the read's end"));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Transport.Input.NextAsync(cancellation.Token));
        await client.SendAsync("hello");
        Assert.Equal("hello", await server.ReadTextAsync(5));
    }

    [FactOnLoops]
    public async Task SecondReadWhileOneWaits_IsRefused()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<string> read = server.ReadTextAsync(5);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Transport.Input.ReadAsync().AsTask());
        Assert.Throws<InvalidOperationException>(() => server.Transport.Input.TryRead(out _));
        await client.SendAsync("hello");
        Assert.Equal("hello", await read);
    }

    [FactOnLoops]
    public async Task PositionsThatWereNotRead_AreRefused()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        await client.SendAsync("hello");
        ReadOnlySequence<byte> buffer = (await server.Transport.Input.NextAsync()).Buffer;
        Assert.Throws<InvalidOperationException>(() => server.Transport.Input.AdvanceTo(buffer.End, buffer.Start));
        Assert.Throws<InvalidOperationException>(() => server.Transport.Input.AdvanceTo(new SequencePosition(buffer.End.GetObject(), buffer.End.GetInteger() + 1)));
        Assert.Throws<InvalidOperationException>(() => server.Transport.Input.AdvanceTo(new ReadOnlySequence<byte>(new byte[9]).End));
        server.Transport.Input.AdvanceTo(buffer.End);
    }

    [FactOnLoops]
    public async Task ReadAfterComplete_IsRefused()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (_, ConnectionContext server) = await host.ConnectAsync();
        server.Transport.Input.Complete();
        server.Transport.Input.Complete();
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Transport.Input.ReadAsync().AsTask());
        Assert.Throws<InvalidOperationException>(() => server.Transport.Input.TryRead(out _));
    }

    [FactOnLoops]
    public async Task ManySmallReads_KeepTheOrder()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        byte[] sent = new byte[200_000];
        new Random(1).NextBytes(sent);
        Task sending = client.SendAllAsync(sent);
        var read = new List<byte>();
        while (read.Count < sent.Length)
        {
            ReadResult result = await server.Transport.Input.NextAsync();

            // A little is consumed of much that is seen, for as long as more is to come.
            bool isMoreToCome = read.Count + result.Buffer.Length < sent.Length;
            ReadOnlySequence<byte> piece = result.Buffer.Slice(0, Math.Min(777, result.Buffer.Length));
            read.AddRange(piece.ToArray());
            server.Transport.Input.AdvanceTo(piece.End, isMoreToCome ? result.Buffer.End : piece.End);
        }

        Assert.Equal(sent, read);
        await sending;
    }
}
