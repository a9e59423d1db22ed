using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Perch.Conformance;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Listening;

/// <summary>Where the transport listens, and what its listeners do.</summary>
public sealed partial class ListenerTests
{
    [FactOnLoops]
    public async Task Unbind_EndsTheAcceptThatWaits()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        Task<ConnectionContext?> accepting = host.Listener.AcceptAsync().AsTask();
        Assert.False(accepting.IsCompleted);
        await host.Listener.UnbindAsync();
        await host.Listener.UnbindAsync();
        Assert.Null(await Wait.For(accepting, "the end of the accept"));
        Assert.Null(await Wait.For(host.Listener.AcceptAsync().AsTask(), "the end of an accept after it"));
    }

    [FactOnLoops]
    public async Task UnbindThatRacesWithAConnection_EndsTheAccept()
    {
        for (int i = 0; i < 100; i++)
        {
            await using LoopHost host = await LoopHost.StartAsync();
            Task<ConnectionContext?> accepting = host.Listener.AcceptAsync().AsTask();
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            Task dialling = client.ConnectAsync(host.Listener.EndPoint).ContinueWith(static _ => { }, TaskScheduler.Default);
            await host.Listener.UnbindAsync();
            ConnectionContext? connection = await Wait.For(accepting, "the end of the accept");
            await Wait.For(dialling, "the client");
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    [FactOnLoops]
    public async Task Token_EndsTheAccept_AndTheNextGetsTheConnection()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        using var cancellation = new CancellationTokenSource();
        Task<ConnectionContext?> accepting = host.Listener.AcceptAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait.For(accepting, "the end of the accept"));
        await host.ConnectAsync();
    }

    [FactOnLoops]
    public async Task AddressThatIsTaken_IsSaidToBe()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        await Assert.ThrowsAsync<AddressInUseException>(() => host.Factory.BindAsync(host.Listener.EndPoint).AsTask());
    }

    [FactOnLoops]
    public async Task Port_IsFreeAfterUnbind()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        await host.ConnectAsync();
        await host.Listener.UnbindAsync();
        await using LoopHost next = await LoopHost.StartAsync(endPoint: host.Listener.EndPoint);
        await next.ConnectAsync();
    }

    [FactOnLoops]
    public async Task Connection_OutlivesItsListener()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        await host.Listener.DisposeAsync();
        Task<string> read = server.ReadTextAsync(5);
        await client.SendAsync("hello");
        Assert.Equal("hello", await read);
        await server.WriteTextAsync("goodbye");
        await server.DisposeAsync();
        Assert.Equal("goodbye", await client.ReceiveTextAsync(100));
    }

    [FactOnLoops]
    public async Task Factory_BindsAgainAfterItsLoopsHaveEnded()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        await host.Listener.DisposeAsync();
        for (int i = 0; i < 20; i++)
        {
            IConnectionListener listener = await host.Factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
            Socket client = await host.DialAsync(listener.EndPoint);
            ConnectionContext? server = await Wait.For(listener.AcceptAsync().AsTask(), "a connection");
            await client.SendAsync("hello");
            Assert.Equal("hello", await server!.ReadTextAsync(5));
            await listener.DisposeAsync();
            await server!.DisposeAsync();
        }
    }

    [TheoryOnLoops]
    [InlineData("127.0.0.1", "127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1", "::1")]
    [InlineData("::", "127.0.0.1", "::ffff:127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1", "127.0.0.1")]
    public async Task Addresses_AreThoseOfTheSocket(string listens, string dials, string sees)
    {
        if (listens.Contains(':', StringComparison.Ordinal) && !Socket.OSSupportsIPv6)
        {
            return;
        }

        await using LoopHost host = await LoopHost.StartAsync(endPoint: new IPEndPoint(IPAddress.Parse(listens), 0));
        int port = ((IPEndPoint)host.Listener.EndPoint).Port;
        (Socket client, ConnectionContext server) = await host.ConnectAsync(new IPEndPoint(IPAddress.Parse(dials), port));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(sees), ((IPEndPoint)client.LocalEndPoint!).Port), server.RemoteEndPoint);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(sees), port), server.LocalEndPoint);
        await server.DisposeAsync();
        Assert.NotNull(server.RemoteEndPoint);
    }

    [FactOnLoops]
    public async Task UnixSocket_IsServed()
    {
        string path = Path.Combine(Path.GetTempPath(), $"perch-{Guid.NewGuid():N}.sock");
        var endPoint = new UnixDomainSocketEndPoint(path);
        await using (LoopHost host = await LoopHost.StartAsync(endPoint: endPoint))
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            Assert.Equal(path, $"{server.LocalEndPoint}");
            Assert.IsType<UnixDomainSocketEndPoint>(server.RemoteEndPoint);
            Task<string> read = server.ReadTextAsync(5);
            await client.SendAsync("hello");
            Assert.Equal("hello", await read);
            (long written, ValueTask<FlushResult> flush) = server.Transport.Output.WriteUntilItWaits();
            await client.ReceiveAsync((int)written);
            await Peer.EndOfAsync(flush);
            client.Dispose();
            Assert.True((await server.Transport.Input.NextAsync()).IsCompleted);
            await Peer.WhenClosed(server);
        }

        Assert.False(File.Exists(path));
    }

    [FactOnLoops]
    public async Task SocketThatSeveralShare_GoesOnWhenOneUnbinds()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(100);
        EndPoint endPoint = socket.LocalEndPoint!;
        int second = Duplicate((int)socket.Handle);
        int first = Duplicate((int)socket.Handle);
        socket.Dispose();
        await using LoopHost one = await LoopHost.StartAsync(endPoint: new FileHandleEndPoint((ulong)first, FileHandleType.Tcp));
        await using LoopHost other = await LoopHost.StartAsync(endPoint: new FileHandleEndPoint((ulong)second, FileHandleType.Tcp));
        Assert.Equal(endPoint, one.Listener.EndPoint);
        Task<int> servedByOne = CountAsync(one);
        Task<int> servedByOther = CountAsync(other);
        const int Count = 50;
        for (int i = 0; i < Count; i++)
        {
            await AskAsync(one, endPoint);
            if (i == Count / 2)
            {
                await one.Listener.UnbindAsync();
            }
        }

        await other.Listener.UnbindAsync();
        Assert.Equal(Count, await Wait.For(servedByOne, "the end of one") + await Wait.For(servedByOther, "the end of the other"));

        static async Task AskAsync(LoopHost host, EndPoint endPoint)
        {
            using Socket client = await host.DialAsync(endPoint);
            await client.SendAsync("hello");
            Assert.Equal("hello", await client.ReceiveTextAsync(5));
        }

        static async Task<int> CountAsync(LoopHost host)
        {
            int count = 0;
            await host.ServeAsync(connection =>
            {
                Interlocked.Increment(ref count);
                return Peer.EchoAsync(connection);
            });
            return count;
        }
    }

    [TheoryOnLoops]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NoDelay_IsThatOfTheConnections(bool noDelay)
    {
        await using LoopHost host = await LoopHost.StartAsync(options => options.NoDelay = noDelay);
        (_, ConnectionContext server) = await host.ConnectAsync();
        Assert.Equal(noDelay, server.Features.Get<IConnectionSocketFeature>()!.Socket.NoDelay);
    }

    [FactOnLoops]
    public async Task ConnectionIds_AreDifferent()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (_, ConnectionContext one) = await host.ConnectAsync();
        (_, ConnectionContext other) = await host.ConnectAsync();
        Assert.NotEqual(one.ConnectionId, other.ConnectionId);
        Assert.Equal(one.ConnectionId, one.ConnectionId);
    }

    [FactOnLoops]
    public async Task EndPointsOfOtherKinds_AreNotItsOwn()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        Assert.True(host.Factory.CanBind(new IPEndPoint(IPAddress.Any, 0)));
        Assert.True(host.Factory.CanBind(new UnixDomainSocketEndPoint("/tmp/a")));
        Assert.False(host.Factory.CanBind(new NamedPipeEndPoint("a")));
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);
}
