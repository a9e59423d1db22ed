using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Perch.Loops;
using Perch.Transport.Interop;
using Perch.Transport.Loops;

namespace Perch.Transport.Connections;

/// <summary>
/// A socket that somebody has connected elsewhere, on a loop, by a descriptor of its own: its owner may close his while a call here is under
/// way. Its reader and writer learn how it ends.
/// </summary>
internal sealed class AdoptedSocket : ISocketOwner, ISocketPipes
{
    private readonly SocketPipes _pipes;
    private readonly LoopGroup _loops;
    private int _isDisposed;

    /// <param name="socket">The socket.</param>
    /// <param name="loops">The loops, acquired for it; if this fails they are the caller's still.</param>
    /// <exception cref="IOException">There are no descriptors for it.</exception>
    internal AdoptedSocket(Socket socket, LoopGroup loops)
    {
        socket.Blocking = false;
        _loops = loops;
        int descriptor = LibC.FileControl((int)socket.SafeHandle.DangerousGetHandle(), LibC.DuplicateCloseOnExec, 0);
        _pipes = new SocketPipes(EventLoop.Checked(descriptor, "fcntl"), this, loops.RunsInline, isShared: true);
        try
        {
            _pipes.Start(loops.Pick());
        }
        catch
        {
            _pipes.Close();
            throw;
        }
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

    void ISocketOwner.Abort(ConnectionAbortedException reason) => _pipes.Abort(reason);
}
