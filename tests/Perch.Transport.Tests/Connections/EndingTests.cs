using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Perch.Conformance;
using Perch.Transport.Connections;
using Perch.Transport.Loops;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Connections;

/// <summary>How a connection ends, from either side, in either direction.</summary>
public sealed class EndingTests
{
    [FactOnLoops]
    public async Task Complete_SendsWhatWasNotFlushed_AndEndsThePeersInput()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        "last words"u8.CopyTo(server.Transport.Output.GetSpan(10));
        server.Transport.Output.Advance(10);
        server.Transport.Output.Complete();
        Assert.Equal("last words", await client.ReceiveTextAsync(100));

        // The other direction goes on.
        await client.SendAsync("hello");
        Assert.Equal("hello", await server.ReadTextAsync(5));
    }

    [FactOnLoops]
    public async Task Complete_SendsWhatTheKernelDidNotTakeYet()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        (long written, _) = server.Transport.Output.WriteUntilItWaits();
        server.Transport.Output.Complete();
        Task disposing = server.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        Assert.Equal(written, (await client.ReceiveAsync(int.CreateChecked(written) + 1)).Length);
        await Wait.For(disposing, "the end of DisposeAsync");
    }

    [FactOnLoops]
    public async Task CompleteWithAnException_ResetsThePeer()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        server.Transport.Output.Complete(new InvalidOperationException("The app has failed."));
        SocketException exception = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(1));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    [FactOnLoops]
    public async Task CompleteWithAnExceptionAfterThePeersReset_LetsTheConnectionBeDisposed()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        client.Close(0);
        await Assert.ThrowsAnyAsync<IOException>(async () => await server.Transport.Input.NextAsync());
        "left"u8.CopyTo(server.Transport.Output.GetSpan(4));
        server.Transport.Output.Advance(4);
        await server.Transport.Output.CompleteAsync(new InvalidOperationException("the app"));
        await Wait.For(server.DisposeAsync().AsTask(), "the connection's disposal");
    }

    [FactOnLoops]
    public async Task ClientThatClosesItsSide_IsAnswered()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        await client.SendAsync("question");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await server.ReadTextAsync(8));
        Assert.True((await server.Transport.Input.NextAsync()).IsCompleted);
        FlushResult flushed = await Peer.EndOfAsync(server.Transport.Output.WriteAsync("answer"u8.ToArray()));
        Assert.False(flushed.IsCompleted);
        server.Transport.Output.Complete();
        Assert.Equal("answer", await client.ReceiveTextAsync(100));
    }

    [TheoryOnLoops]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PeersReset_EndsReadsWithAnException(bool readWaits)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<ReadResult>? read = readWaits ? server.Transport.Input.ReadAsync().AsTask() : null;
        client.Reset();
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await Wait.For(read ?? server.Transport.Input.ReadAsync().AsTask(), "the read's end"));
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await server.Transport.Input.ReadAsync());
        Assert.True((await Peer.EndOfAsync(server.Transport.Output.WriteAsync(new byte[1]))).IsCompleted);

        // It is logged behind the read's end.
        await Wait.Until(() => Task.FromResult(host.Loggers.Count("Lost") == 1 ? "" : null), "one line of the loss in the log");
    }

    [FactOnLoops]
    public async Task PeersReset_EndsTheFlushThatWaits()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        (_, ValueTask<FlushResult> flush) = server.Transport.Output.WriteUntilItWaits();
        client.Reset();
        Assert.True((await Peer.EndOfAsync(flush)).IsCompleted);
    }

    [FactOnLoops]
    public async Task FlushAfterThePeerHasGone_IsCompleted()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        client.Dispose();
        await Wait.Until(
            async () => (await server.Transport.Output.WriteAsync(new byte[10])).IsCompleted ? "" : null,
            "a flush that says that the peer has gone");
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await server.Transport.Input.ReadAsync());
    }

    [FactOnLoops]
    public async Task Abort_ResetsThePeer_AndEndsWhatWaits()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<ReadResult> read = server.Transport.Input.ReadAsync().AsTask();
        (_, ValueTask<FlushResult> flush) = server.Transport.Output.WriteUntilItWaits();
        var reason = new ConnectionAbortedException("Enough.");
        server.Abort(reason);
        server.Abort();
        Assert.Same(reason, await Assert.ThrowsAsync<ConnectionAbortedException>(() => Wait.For(read, "the read's end")));
        Assert.Same(reason, await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await server.Transport.Input.ReadAsync()));
        Assert.True((await Peer.EndOfAsync(flush)).IsCompleted);
        Assert.True((await Peer.EndOfAsync(server.Transport.Output.WriteAsync(new byte[1]))).IsCompleted);
        SocketException exception = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(100_000_000));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    [FactOnLoops]
    public async Task Abort_EndsADisposalThatWaitsForThePeer()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (_, ConnectionContext server) = await host.ConnectAsync();
        _ = server.Transport.Output.WriteUntilItWaits();
        Task disposing = server.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        server.Abort();
        await Wait.For(disposing, "the end of DisposeAsync");
    }

    [FactOnLoops]
    public async Task Disposal_EndsAReadThatWaits()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<ReadResult> read = server.Transport.Input.ReadAsync().AsTask();
        await server.DisposeAsync();
        await server.DisposeAsync();
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => Wait.For(read, "the read's end"));
        Assert.Empty(await client.ReceiveAsync(1));
    }

    [FactOnLoops]
    public async Task DisposalWithInputThatWasNotRead_LeavesThePeerItsAnswer()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        for (int i = 0; i < 50; i++)
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            await client.SendAllAsync(new byte[10_000]);
            await server.WriteTextAsync("answer");
            await server.DisposeAsync();
            Assert.Equal("answer", await client.ReceiveTextAsync(100));

            // A reset that comes behind the end is no error of a read's on Linux; elsewhere it takes what was not read with it.
            Assert.Equal(0, client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
        }
    }

    /// <summary>As where there is no memory for it: that connection is over, and no other of its loop.</summary>
    [TheoryOnLoops]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadThatFailsInTheTransport_AbortsTheConnection(bool readWaits)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket other, ConnectionContext otherServer) = await host.ConnectAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Task<ReadResult>? read = readWaits ? server.Transport.Input.ReadAsync().AsTask() : null;
        BlockOfTheNextRead(Assert.IsType<SocketPipes>(server.Transport).Loop!) = new ReadBlock(null!);
        await client.SendAsync("hello");
        Exception failure = await Assert.ThrowsAsync<NullReferenceException>(() => Wait.For(read ?? Task.Run(() => server.Transport.Input.ReadAsync().AsTask()), "the read's end"));
        ConnectionAbortedException reason = await Assert.ThrowsAsync<ConnectionAbortedException>(() => server.Transport.Input.NextAsync());
        Assert.Same(failure, reason.InnerException);
        Assert.Equal(SocketError.ConnectionReset, (await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(1))).SocketErrorCode);
        Assert.True(server.ConnectionClosed.IsCancellationRequested);
        await Wait.For(server.DisposeAsync().AsTask(), "the connection's disposal");
        Task<string> otherRead = otherServer.ReadTextAsync(5);
        await other.SendAsync("hello");
        Assert.Equal("hello", await otherRead);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spareRead")]
        static extern ref ReadBlock? BlockOfTheNextRead(EventLoop loop);
    }

    [TheoryOnLoops]
    [InlineData("end")]
    [InlineData("end, a read waits")]
    [InlineData("end after bytes, read")]
    [InlineData("reset")]
    [InlineData("reset after bytes")]
    [InlineData("abort")]
    [InlineData("dispose")]
    public async Task ConnectionClosed_Fires(string by)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        CancellationToken closed = server.ConnectionClosed;
        var onPool = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        closed.Register(() => onPool.SetResult(Thread.CurrentThread.IsThreadPoolThread));
        Assert.False(closed.IsCancellationRequested);
        switch (by)
        {
            case "end":
                client.Shutdown(SocketShutdown.Send);
                break;
            case "end, a read waits":
                Task<ReadResult> read = server.Transport.Input.ReadAsync().AsTask();
                client.Shutdown(SocketShutdown.Send);
                Assert.True((await read).IsCompleted);
                break;
            case "end after bytes, read":
                await client.SendAsync("hello");
                client.Shutdown(SocketShutdown.Send);
                await server.ReadTextAsync(1000);
                break;
            case "reset":
                client.Reset();
                break;
            case "reset after bytes":
                await client.SendAsync("hello");
                client.Reset();
                break;
            case "abort":
                server.Abort();
                break;
            default:
                await server.DisposeAsync();
                break;
        }

        Assert.True(await Wait.For(onPool.Task, "ConnectionClosed"), "not from the thread pool");
        Assert.True(server.ConnectionClosed.IsCancellationRequested);
    }

    [FactOnLoops]
    public async Task ConnectionClosed_DoesNotFireWhileSomethingIsToBeRead()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        CancellationToken closed = server.ConnectionClosed;
        await client.SendAsync("question");
        client.Shutdown(SocketShutdown.Send);

        // Another connection's answer shows that the loop has seen the end.
        (Socket other, ConnectionContext otherServer) = await host.ConnectAsync();
        Task<string> read = otherServer.ReadTextAsync(1);
        await other.SendAsync("a");
        await read;
        Assert.False(closed.IsCancellationRequested);
        Assert.Equal("question", await server.ReadTextAsync(1000));
        await Wait.For(Peer.WhenClosed(server), "ConnectionClosed");
    }

    /// <summary>As Kestrel does: told that the client has closed, it aborts, while its app may be about to read.</summary>
    [FactOnLoops]
    public async Task ReadAfterThePeersEnd_IsTheEnd_EvenIfThisSideHasAborted()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        await client.SendAsync("request");
        Assert.Equal("request", await server.ReadTextAsync(7));
        var closed = new TaskCompletionSource();
        server.ConnectionClosed.Register(closed.SetResult);
        client.Shutdown(SocketShutdown.Send);
        await Wait.For(closed.Task, "that the client's end is seen");
        server.Abort(new ConnectionAbortedException());
        ReadResult result = await server.Transport.Input.ReadAsync();
        Assert.True(result.IsCompleted);
        Assert.True(result.Buffer.IsEmpty);
    }

    [FactOnLoops]
    public async Task ConnectionClosed_AskedForTooLate_HasFired()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (_, ConnectionContext server) = await host.ConnectAsync();
        server.Abort();
        Assert.True(server.ConnectionClosed.IsCancellationRequested);
    }

    [FactOnLoops]
    public async Task ExceptionOfOneWhoIsToldThatItHasClosed_IsLogged()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        server.ConnectionClosed.Register(static () => throw new InvalidOperationException("not me"));
        client.Reset();
        await Wait.Until(() => Task.FromResult(host.Loggers.Count("ClosedFailed") == 1 ? "" : null), "the exception in the log");
    }
}
