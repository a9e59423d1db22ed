using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Perch.Conformance;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Connections;

/// <summary>A connection's socket, as the platform's own transport offers it.</summary>
public sealed class SocketFeatureTests
{
    [FactOnLoops]
    public async Task Socket_IsThatOfTheConnection()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Socket socket = SocketOf(server);
        Assert.Same(socket, SocketOf(server));
        Assert.Equal(client.LocalEndPoint, socket.RemoteEndPoint);
        Assert.Equal(host.Listener.EndPoint, socket.LocalEndPoint);
        Assert.Equal(SocketType.Stream, socket.SocketType);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 77);
        Assert.Equal(77, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        await EchoAsync(client, server);
    }

    [FactOnLoops]
    public async Task Socket_OfAUnixSocket()
    {
        string path = Path.Combine(Path.GetTempPath(), $"perch-{Guid.NewGuid():N}.sock");
        await using LoopHost host = await LoopHost.StartAsync(endPoint: new UnixDomainSocketEndPoint(path));
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Assert.Equal(AddressFamily.Unix, SocketOf(server).AddressFamily);
        Assert.Equal(path, $"{SocketOf(server).LocalEndPoint}");
        await EchoAsync(client, server);
    }

    [FactOnLoops]
    public async Task Feature_IsInTheCollection_AndCanBeReplaced()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (_, ConnectionContext server) = await host.ConnectAsync();
        Assert.Contains(server.Features, static feature => feature.Key == typeof(IConnectionSocketFeature));
        server.Features.Set<IConnectionSocketFeature>(null);
        Assert.Null(server.Features.Get<IConnectionSocketFeature>());
    }

    [FactOnLoops]
    public async Task DisposalOfTheSocket_LeavesTheConnectionAsItIs()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        SocketOf(server).Dispose();
        await EchoAsync(client, server);
        await server.WriteTextAsync("goodbye");
        await server.DisposeAsync();
        Assert.Equal("goodbye", await client.ReceiveTextAsync(100));
    }

    [TheoryOnLoops]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SocketAfterTheConnectionsEnd_IsDisposed(bool byAbort)
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        Socket socket = SocketOf(server);
        if (byAbort)
        {
            server.Abort();
            Assert.Equal(SocketError.ConnectionReset, (await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(1))).SocketErrorCode);
        }
        else
        {
            await server.DisposeAsync();
            Assert.Empty(await client.ReceiveAsync(1));
        }

        Assert.Throws<ObjectDisposedException>(() => socket.NoDelay);
        Assert.Throws<ObjectDisposedException>(() => SocketOf(server));
    }

    [FactOnLoops]
    public async Task SocketAskedForAfterTheConnectionsEnd_IsRefused()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (_, ConnectionContext server) = await host.ConnectAsync();
        await server.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => SocketOf(server));
    }

    /// <summary>A call that has begun on the socket is about the connection until it ends, also if the connection ends meanwhile.</summary>
    [FactOnLoops]
    public async Task CallThatIsUnderWay_KeepsTheNumberFromOthers()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        (Socket client, ConnectionContext server) = await host.ConnectAsync();
        SafeSocketHandle handle = SocketOf(server).SafeHandle;
        bool isTaken = false;
        handle.DangerousAddRef(ref isTaken);
        string entry = $"/proc/self/fd/{handle.DangerousGetHandle()}";
        string? socket = new FileInfo(entry).LinkTarget;
        Assert.StartsWith("socket:", socket, StringComparison.Ordinal);
        await server.DisposeAsync();
        Assert.Empty(await client.ReceiveAsync(1));
        Assert.Throws<ObjectDisposedException>(() => SocketOf(server));
        Assert.Equal(socket, new FileInfo(entry).LinkTarget);
        handle.DangerousRelease();
        await Wait.Until(() => Task.FromResult(new FileInfo(entry).LinkTarget != socket ? "" : null), "the descriptor's close behind the call");
    }

    [FactOnLoops]
    public async Task SocketsAskedForWhileConnectionsEnd_AreTheirsOrNone()
    {
        await using LoopHost host = await LoopHost.StartAsync();
        for (int i = 0; i < 300; i++)
        {
            (Socket client, ConnectionContext server) = await host.ConnectAsync();
            EndPoint peer = client.LocalEndPoint!;
            Task[] asking = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => Ask(server, peer)))];
            await (i % 2 == 0 ? server.DisposeAsync().AsTask() : Task.Run(server.Abort));
            await Wait.For(Task.WhenAll(asking), "those who ask");
            client.Dispose();
        }

        static void Ask(ConnectionContext server, EndPoint peer)
        {
            try
            {
                Assert.Equal(peer, SocketOf(server).RemoteEndPoint);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.NotConnected })
            {
                // It has ended.
            }
        }
    }

    private static Socket SocketOf(ConnectionContext server) => server.Features.Get<IConnectionSocketFeature>()!.Socket;

    private static async Task EchoAsync(Socket client, ConnectionContext server)
    {
        await client.SendAsync("hello");
        Assert.Equal("hello", await server.ReadTextAsync(5));
        await server.WriteTextAsync("hello");
        Assert.Equal("hello", await client.ReceiveTextAsync(5));
    }
}
