using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Perch.Transport.Connections;
using Perch.Transport.Interop;
using Perch.Transport.Loops;

namespace Perch.Transport.Listening;

/// <summary>
/// A listening socket on a loop. A connection is accepted when it is asked for, and at no other time: those that are not yet stay in the
/// kernel's backlog, where the processes that share the socket can have them.
/// </summary>
internal sealed class LoopListener : IConnectionListener
{
    private static readonly TimeSpan ExhaustedDelay = TimeSpan.FromMilliseconds(100);

    private readonly LoopGroup _loops;
    private readonly MemoryPool<byte>? _pool;
    private readonly TransportLog _log;
    private readonly AcceptQueue _queue;
    private int _isDisposed;

    internal LoopListener(Socket socket, LoopGroup loops, MemoryPool<byte>? pool, TransportLog log)
    {
        _loops = loops;
        _pool = pool;
        _log = log;
        EndPoint = socket.LocalEndPoint!;

        // The runtime's own switch: its copy of the state and the kernel's agree.
        socket.Blocking = false;
        _queue = new AcceptQueue(socket);
        try
        {
            loops.Pick().Add(_queue, EpollEvents.In);
        }
        catch
        {
            _queue.CloseDescriptor();
            throw;
        }
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        bool isExhausted = false;
        while (true)
        {
            Accepted accepted = await _queue.AcceptAsync(cancellationToken);
            if (accepted.IsConnection && TryStart(ref accepted) is { } connection)
            {
                return connection;
            }

            if (accepted.Failure is null)
            {
                return null;
            }

            // No descriptors, or no memory: connections stay in the backlog until others are closed.
            if (!isExhausted)
            {
                isExhausted = true;
                _log.AcceptFailed($"{EndPoint}", accepted.Failure);
            }

            await Task.Delay(ExhaustedDelay, cancellationToken);
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        Unbind();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Unbind();
            _loops.Release();
            _pool?.Dispose();
        }

        return default;
    }

    /// <summary>Null if the kernel takes no more, or the listener has been disposed meanwhile: the connection is closed then.</summary>
    private LoopConnection? TryStart(ref Accepted accepted)
    {
        var connection = new LoopConnection(accepted.Descriptor, accepted.Peer, EndPoint, _loops, _pool, _log);
        if (!_loops.TryAcquire())
        {
            connection.CloseUnstarted();
            return null;
        }

        try
        {
            connection.Start(_loops.Pick());
            return connection;
        }
        catch (IOException exception)
        {
            connection.CloseUnstarted();
            _loops.Release();
            accepted = Accepted.Nothing with { Failure = exception.Message };
            return null;
        }
    }

    private void Unbind()
    {
        if (_queue.CloseDescriptor())
        {
            _queue.End();
        }
    }
}
