using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Perch.Conformance;

namespace Perch.Transport.Tests.Support;

/// <summary>A listener on event loops, and clients of it. What was opened is closed with it.</summary>
internal sealed class LoopHost : IAsyncDisposable
{
    private readonly ConcurrentBag<Socket> _clients = [];
    private readonly ConcurrentBag<ConnectionContext> _servers = [];

    private LoopHost(EventLoopTransportFactory factory, RecordingLoggers loggers, IConnectionListener listener)
    {
        Factory = factory;
        Loggers = loggers;
        Listener = listener;
    }

    internal EventLoopTransportFactory Factory { get; }

    internal RecordingLoggers Loggers { get; }

    internal IConnectionListener Listener { get; }

    internal static async Task<LoopHost> StartAsync(Action<EventLoopTransportOptions>? configure = null, EndPoint? endPoint = null)
    {
        var options = new EventLoopTransportOptions { LoopCount = 1 };
        configure?.Invoke(options);
        var loggers = new RecordingLoggers();
        var factory = new EventLoopTransportFactory(Options.Create(options), loggers);
        return new LoopHost(factory, loggers, await factory.BindAsync(endPoint ?? new IPEndPoint(IPAddress.Loopback, 0)));
    }

    /// <summary>A client, and the connection that the listener has for it.</summary>
    internal async Task<(Socket Client, ConnectionContext Server)> ConnectAsync(EndPoint? to = null)
    {
        Socket client = await DialAsync(to);
        return (client, await AcceptAsync());
    }

    internal async Task<Socket> DialAsync(EndPoint? to = null)
    {
        to ??= Listener.EndPoint;
        var client = new Socket(to.AddressFamily, SocketType.Stream, to is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        _clients.Add(client);
        await client.ConnectAsync(to);
        return client;
    }

    internal async Task<ConnectionContext> AcceptAsync()
    {
        ConnectionContext? server = await Wait.For(Listener.AcceptAsync().AsTask(), "a connection");
        Assert.NotNull(server);
        _servers.Add(server);
        return server;
    }

    /// <summary>Serves every connection by an app until the listener ends.</summary>
    internal async Task ServeAsync(Func<ConnectionContext, Task> app)
    {
        List<Task> running = [];
        while (await Listener.AcceptAsync() is { } connection)
        {
            running.Add(Task.Run(async () =>
            {
                await using (connection)
                {
                    await app(connection);
                }
            }));
        }

        await Task.WhenAll(running);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Socket client in _clients)
        {
            client.Dispose();
        }

        foreach (ConnectionContext server in _servers)
        {
            await server.DisposeAsync();
        }

        await Listener.DisposeAsync();
    }
}
