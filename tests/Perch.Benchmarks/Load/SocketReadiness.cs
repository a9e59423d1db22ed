using System.Net.Sockets;

namespace Perch.Benchmarks.Load;

/// <summary>Tells which of many sockets can be read or written now.</summary>
internal abstract class SocketReadiness : IDisposable
{
    internal static SocketReadiness Create(IReadOnlyList<Socket> sockets) =>
        OperatingSystem.IsLinux() ? new EpollReadiness(sockets) : new SelectReadiness(sockets);

    /// <summary>Says whether a socket is waited for until it can be written as well.</summary>
    internal abstract void WatchWrite(int index, bool watch);

    /// <summary>Waits.</summary>
    /// <returns>The indexes of the sockets that are ready; empty after the time-out. Valid until the next call.</returns>
    internal abstract ReadOnlySpan<int> Wait(int timeoutMilliseconds);

    public virtual void Dispose() { }
}
