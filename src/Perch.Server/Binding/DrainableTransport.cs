using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Perch.Server.Binding;

/// <summary>
/// A transport whose listeners can be closed before the server is stopped, and which counts its connections: while a server drains, it
/// accepts no more and goes on to answer on the connections that it has.
/// </summary>
internal sealed class DrainableTransport(IConnectionListenerFactory transport) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly ConcurrentQueue<IConnectionListener> _listeners = new();
    private int _connections;

    /// <summary>The connections that are open now.</summary>
    internal int ConnectionCount => Volatile.Read(ref _connections);

    public bool CanBind(EndPoint endpoint) => transport is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        IConnectionListener listener = await transport.BindAsync(endpoint, cancellationToken);
        _listeners.Enqueue(listener);
        return new CountingListener(this, listener);
    }

    /// <summary>Accepts no more.</summary>
    internal async Task UnbindAsync()
    {
        foreach (IConnectionListener listener in _listeners)
        {
            await listener.UnbindAsync(CancellationToken.None);
        }
    }

    private sealed class CountingListener(DrainableTransport transport, IConnectionListener listener) : IConnectionListener
    {
        public EndPoint EndPoint => listener.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            ConnectionContext? connection = await listener.AcceptAsync(cancellationToken);
            if (connection is not null)
            {
                Interlocked.Increment(ref transport._connections);
                connection.ConnectionClosed.UnsafeRegister(static transport => Interlocked.Decrement(ref ((DrainableTransport)transport!)._connections), transport);
            }

            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => listener.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}
