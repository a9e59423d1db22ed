using System.Net.Sockets;

namespace Perch.Loops;

/// <summary>
/// The event loops of the process's transport, for those who serve its requests over sockets of their own: on the same loops, nothing goes
/// from thread to thread. Where the transport has none, the thread pool does.
/// </summary>
internal abstract class SocketLoops
{
    /// <summary>The loops; null where there are none. Of several transports in a process those of the last.</summary>
    internal static SocketLoops? Current { get; set; }

    /// <summary>
    /// Does something when this thread's loop has dealt with all that has come, or on the thread pool if this is no loop's thread: what many
    /// requests want is done once for all of them.
    /// </summary>
    internal static void AtEndOfTurn(IThreadPoolWorkItem item)
    {
        if (Current is not { } loops || !loops.TryDefer(item))
        {
            ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
        }
    }

    /// <summary>Puts a connected socket on a loop. The socket stays its owner's.</summary>
    /// <exception cref="IOException">There are no descriptors for it.</exception>
    internal abstract ISocketPipes Adopt(Socket socket);

    /// <summary>False if this is no loop's thread.</summary>
    protected abstract bool TryDefer(IThreadPoolWorkItem item);
}
