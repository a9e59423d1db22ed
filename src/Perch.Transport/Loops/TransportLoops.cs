using System.Net.Sockets;
using Perch.Loops;
using Perch.Transport.Connections;

namespace Perch.Transport.Loops;

/// <summary>A transport's loops for the sockets of others.</summary>
/// <param name="acquire">Has the loops run, for one more user.</param>
internal sealed class TransportLoops(Func<LoopGroup> acquire) : SocketLoops
{
    internal override ISocketPipes Adopt(Socket socket)
    {
        LoopGroup loops = acquire();
        try
        {
            return new AdoptedSocket(socket, loops);
        }
        catch
        {
            loops.Release();
            throw;
        }
    }

    protected override bool TryDefer(IThreadPoolWorkItem item) => EventLoop.TryDefer(static item => ((IThreadPoolWorkItem)item).Execute(), item);
}
