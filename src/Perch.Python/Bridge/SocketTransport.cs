using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Perch.Python.Bridge;

/// <summary>A socket, and the thread pool.</summary>
internal sealed class SocketTransport : IWorkerTransport
{
    private readonly Socket _socket;

    internal SocketTransport(Socket socket)
    {
        _socket = socket;
        socket.SendBufferSize = BridgeLimits.SocketBuffer;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> room)
    {
        try
        {
            return await _socket.ReceiveAsync(room);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection to the worker is lost.", exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames)
    {
        try
        {
            while (!frames.IsEmpty)
            {
                frames = frames[await _socket.SendAsync(frames, SocketFlags.None)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection to the worker is lost.", exception);
        }
    }

    /// <summary>Not at once: what other requests add meanwhile goes the same way, in one write and with one wake-up.</summary>
    public void Schedule(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

    public void Dispose() => _socket.Dispose();
}
