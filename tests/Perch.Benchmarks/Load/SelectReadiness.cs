using System.Net.Sockets;

namespace Perch.Benchmarks.Load;

/// <summary>The portable way: slower, and it allocates in this process, which is not the one that is measured.</summary>
internal sealed class SelectReadiness(IReadOnlyList<Socket> sockets) : SocketReadiness
{
    private readonly Dictionary<Socket, int> _indexes = sockets.Select((socket, index) => (socket, index)).ToDictionary(pair => pair.socket, pair => pair.index);
    private readonly HashSet<Socket> _writes = [];
    private readonly int[] _ready = new int[sockets.Count * 2];

    internal override void WatchWrite(int index, bool watch)
    {
        if (watch)
        {
            _writes.Add(sockets[index]);
        }
        else
        {
            _writes.Remove(sockets[index]);
        }
    }

    internal override ReadOnlySpan<int> Wait(int timeoutMilliseconds)
    {
        List<Socket> reads = [.. sockets];
        List<Socket> writes = [.. _writes];
        Socket.Select(reads, writes, null, timeoutMilliseconds * 1000);
        int count = 0;
        foreach (Socket socket in reads.Concat(writes))
        {
            _ready[count++] = _indexes[socket];
        }

        return _ready.AsSpan(0, count);
    }
}
