using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Perch.Transport.Loops;
using Perch.Transport.Sockets;

namespace Perch.Transport.Connections;

/// <summary>A connection as ASP.NET Core knows it. What few ask for (id, addresses, items, the token) is made when it is asked for.</summary>
internal sealed partial class LoopConnection : ConnectionContext, ISocketOwner
{
    private static readonly CancellationToken Closed = new(canceled: true);

    private static long _lastId = DateTime.UtcNow.Ticks;

    private readonly SocketPipes _pipes;
    private readonly PeerAddress _peer;
    private readonly EndPoint _listener;
    private readonly LoopGroup _loops;
    private readonly MemoryPool<byte>? _pool;
    private readonly TransportLog _log;
    private IDuplexPipe _transport;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private EndPoint? _remote;
    private EndPoint? _local;
    private CancellationTokenSource? _closing;
    private CancellationToken? _closedToken;
    private bool _hasClosed;
    private bool _isDisposed;

    internal LoopConnection(int descriptor, PeerAddress peer, EndPoint listener, LoopGroup loops, MemoryPool<byte>? pool, TransportLog log)
    {
        _pipes = new SocketPipes(descriptor, this, loops.RunsInline, isShared: false);
        _transport = _pipes;
        _peer = peer;
        _listener = listener;
        _loops = loops;
        _pool = pool;
        _log = log;
    }

    public override string ConnectionId
    {
        get => _id ?? MakeId();
        set => _id = value;
    }

    public override IFeatureCollection Features => this;

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _transport;
        set => _transport = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _remote ??= _peer.ToEndPoint();
        set => _remote = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _local ??= _pipes.LocalEndPoint(_listener);
        set => _local = value;
    }

    /// <summary>Fires when the connection is lost or closed, or the peer has closed its side.</summary>
    public override CancellationToken ConnectionClosed
    {
        get
        {
            if (_closedToken is { } token)
            {
                return token;
            }

            lock (_pipes)
            {
                _closing ??= _hasClosed ? null : new CancellationTokenSource();
                return _closing?.Token ?? Closed;
            }
        }
        set => _closedToken = value;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _pipes.Abort(abortReason);
        OnClosed();
    }

    public override async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            await _pipes.CompleteAsync();
            _pipes.Discard();
            _pipes.Close();
            OnClosed();
            _loops.Release();
        }

        await base.DisposeAsync();
    }

    public void OnClosed()
    {
        CancellationTokenSource? closing;
        lock (_pipes)
        {
            if (_hasClosed)
            {
                return;
            }

            _hasClosed = true;
            closing = _closing;
        }

        if (closing is not null)
        {
            // Not here: who is told may be slow, and this may be the loop, or a call that holds a lock.
            ThreadPool.UnsafeQueueUserWorkItem(static work => work.Connection.Cancel(work.Closing), (Connection: this, Closing: closing), preferLocal: false);
        }
    }

    /// <summary>Puts the connection on a loop.</summary>
    /// <exception cref="IOException">The kernel takes no more.</exception>
    internal void Start(EventLoop loop) => _pipes.Start(loop);

    /// <summary>Closes a connection that nobody has seen.</summary>
    internal void CloseUnstarted() => _pipes.Close();

    public void OnLost(string reason)
    {
        _log.Lost(this, reason);
        OnClosed();
    }

    private void Cancel(CancellationTokenSource closing)
    {
        try
        {
            closing.Cancel();
        }
        catch (Exception exception)
        {
            // Of those who were told: nobody else would catch it.
            _log.ClosedFailed(this, exception);
        }
    }

    /// <summary>The app and the log may ask at the same time.</summary>
    private string MakeId()
    {
        string id = Interlocked.Increment(ref _lastId).ToString("X", CultureInfo.InvariantCulture);
        return Interlocked.CompareExchange(ref _id, id, null) ?? id;
    }
}
