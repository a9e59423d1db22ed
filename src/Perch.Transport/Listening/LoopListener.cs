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

    private readonly Socket _socket;
    private readonly LoopGroup _loops;
    private readonly MemoryPool<byte>? _pool;
    private readonly TransportLog _log;
    private readonly AcceptQueue _queue;
    private int _isDisposed;

    internal LoopListener(Socket socket, LoopGroup loops, MemoryPool<byte>? pool, TransportLog log)
    {
        _socket = socket;
        _loops = loops;
        _pool = pool;
        _log = log;
        EndPoint = socket.LocalEndPoint!;

        // The runtime's own switch: its copy of the state and the kernel's agree.
        socket.Blocking = false;
        _queue = new AcceptQueue(socket);
        loops.Pick().Add(_queue, EpollEvents.In);
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Accepted accepted = await _queue.AcceptAsync(cancellationToken);
            if (accepted.IsConnection)
            {
                return Start(accepted);
            }

            if (accepted.Failure is null)
            {
                return null;
            }

            // No descriptors, or no memory: the connection stays in the backlog until others are closed.
            _log.AcceptFailed($"{EndPoint}", accepted.Failure);
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
        }

        return default;
    }

    private LoopConnection Start(Accepted accepted)
    {
        // The listener holds the loops while it accepts.
        _loops.TryAcquire();
        return new LoopConnection(accepted.Descriptor, accepted.Peer, EndPoint, _loops, _pool, _log);
    }

    private void Unbind()
    {
        if (_queue.CloseDescriptor())
        {
            _socket.Dispose();
            _queue.End();
        }
    }
}
