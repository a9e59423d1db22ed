using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Perch.Loops;

namespace Perch.Python.Bridge;

/// <summary>
/// A socket on the loops of the server's transport: the answers of a worker go on to their clients on the thread that has read them, and
/// what the requests of one turn of a loop have for it leaves in one write.
/// </summary>
internal sealed class LoopTransport : IWorkerTransport
{
    private readonly Socket _socket;
    private readonly ISocketPipes _pipes;

    internal LoopTransport(Socket socket, SocketLoops loops)
    {
        _socket = socket;
        socket.SendBufferSize = BridgeLimits.SocketBuffer;
        _pipes = loops.Adopt(socket);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> room)
    {
        ReadResult result = await _pipes.Input.ReadAsync();
        ReadOnlySequence<byte> data = result.Buffer.Length > room.Length ? result.Buffer.Slice(0, room.Length) : result.Buffer;
        data.CopyTo(room.Span);
        int count = (int)data.Length;
        _pipes.Input.AdvanceTo(data.End);
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames)
    {
        FlushResult result = await _pipes.Output.WriteAsync(frames);
        if (result.IsCompleted)
        {
            throw new IOException("The connection to the worker is lost.");
        }
    }

    public void Schedule(IThreadPoolWorkItem work) => SocketLoops.AtEndOfTurn(work);

    public void Dispose()
    {
        _pipes.Dispose();
        _socket.Dispose();
    }
}
