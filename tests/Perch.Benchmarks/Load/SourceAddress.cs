using System.Net;
using System.Net.Sockets;

namespace Perch.Benchmarks.Load;

/// <summary>An address has some 28,000 ports to connect from. Linux has all of 127.0.0.0/8 for more of them.</summary>
internal static class SourceAddress
{
    private const int ConnectionsOfOne = 20_000;

    /// <summary>Gives a socket of a large number an address of its own.</summary>
    internal static void Bind(Socket socket, int index)
    {
        if (index >= ConnectionsOfOne)
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + index / ConnectionsOfOne)]), 0));
        }
    }
}
