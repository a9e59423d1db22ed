using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Perch.AspNetCore.Connections;

/// <summary>
/// A transport with no socket: its listener "accepts" connections that a connection middleware on another endpoint hands on. Kestrel
/// chooses HTTP/1.1 or HTTP/2 once for an endpoint without TLS; so connections whose first bytes are the HTTP/2 preface go to an
/// endpoint that speaks nothing else.
/// </summary>
internal sealed class HandedOnConnections : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private readonly Channel<HandedOnConnection> _accepted = Channel.CreateUnbounded<HandedOnConnection>();
    private HandedOnEndPoint? _endPoint;
    private bool _isDecided;

    public EndPoint EndPoint => _endPoint!;

    /// <summary>Connections of this endpoint may be handed on; the first one lends the name.</summary>
    /// <exception cref="InvalidOperationException">Too late: the server knows its endpoints already, all but those of URLs.</exception>
    internal void Serve(ListenOptions listenOptions)
    {
        if (_isDecided && _endPoint is null)
        {
            throw new InvalidOperationException(
                "UsePriorKnowledgeHttp2 cannot serve the endpoint of a URL, for which Kestrel takes no other endpoint beside it: use kestrel.Listen(…).");
        }

        _endPoint ??= new HandedOnEndPoint(listenOptions);
    }

    /// <summary>Adds the endpoint, once all others are known: it takes the name of one of them, which it has when it is bound.</summary>
    internal void Listen(KestrelServerOptions kestrel)
    {
        _isDecided = true;
        if (_endPoint is not null)
        {
            kestrel.Listen(_endPoint, listenOptions => listenOptions.Protocols = HttpProtocols.Http2);
        }
    }

    /// <summary>Hands a connection on; nothing of its input may have been consumed.</summary>
    /// <returns>A task that ends when the connection is done with.</returns>
    internal async Task HandOnAsync(ConnectionContext connection)
    {
        await using var handedOn = new HandedOnConnection(connection);
        if (_accepted.Writer.TryWrite(handedOn))
        {
            await handedOn.Done;
        }
        else
        {
            // The server is stopping: it takes no new connections.
            connection.Abort(new ConnectionAbortedException("The server is stopping."));
        }
    }

    public bool CanBind(EndPoint endpoint) => endpoint is HandedOnEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_accepted.Reader.TryRead(out HandedOnConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _accepted.Writer.TryComplete();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
