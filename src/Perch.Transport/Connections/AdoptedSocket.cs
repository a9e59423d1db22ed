using System.IO.Pipelines;
using System.Net.Sockets;
using Perch.Loops;
using Perch.Transport.Loops;

namespace Perch.Transport.Connections;

/// <summary>A socket that somebody has connected elsewhere, on a loop. Its reader and writer learn how it ends.</summary>
internal sealed class AdoptedSocket : ISocketOwner, ISocketPipes
{
    private readonly SocketPipes _pipes;
    private readonly LoopGroup _loops;
    private int _isDisposed;

    /// <param name="socket">The socket; its owner keeps it open until this is disposed of.</param>
    /// <param name="loops">The loops, acquired for it.</param>
    internal AdoptedSocket(Socket socket, LoopGroup loops)
    {
        socket.Blocking = false;
        _loops = loops;
        _pipes = new SocketPipes((int)socket.SafeHandle.DangerousGetHandle(), this, loops.RunsInline, ownsDescriptor: false);
        _pipes.Start(loops.Pick());
    }

    public PipeReader Input => _pipes.Input;

    public PipeWriter Output => _pipes.Output;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _pipes.Close();
            _loops.Release();
        }
    }

    void ISocketOwner.OnClosed()
    {
    }

    void ISocketOwner.OnLost(string reason)
    {
    }
}
