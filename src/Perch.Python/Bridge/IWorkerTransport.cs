using System.Net.Sockets;
using Perch.Loops;

namespace Perch.Python.Bridge;

/// <summary>What carries frames to a worker and back, and says when its work is done. One read and one write at a time.</summary>
internal interface IWorkerTransport : IDisposable
{
    /// <summary>A socket's, on the loops of the process's transport if it has some.</summary>
    static IWorkerTransport Over(Socket socket) => SocketLoops.Current is { } loops ? new LoopTransport(socket, loops) : new SocketTransport(socket);

    /// <summary>Reads what is there; waits until something is.</summary>
    /// <returns>How many bytes; 0 when the worker has closed the connection.</returns>
    /// <exception cref="IOException">The connection is lost.</exception>
    /// <exception cref="OperationCanceledException">It was disposed of; an <see cref="IOException"/> may come instead.</exception>
    ValueTask<int> ReadAsync(Memory<byte> room);

    /// <summary>Writes all of it.</summary>
    /// <exception cref="IOException">The connection is lost, or disposed of.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> frames);

    /// <summary>Runs work soon: when what is being done now is done, and never inside this call.</summary>
    void Schedule(IThreadPoolWorkItem work);
}
