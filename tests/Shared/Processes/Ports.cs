using System.Net;
using System.Net.Sockets;

namespace Perch.Tests.Shared.Processes;

/// <summary>Ports for what cannot listen on port 0 and say what it got.</summary>
internal static class Ports
{
    /// <summary>Processes of tests that run beside each other begin apart.</summary>
    private static int _last = 20_000 + (System.Environment.ProcessId % 100 * 100);

    /// <summary>
    /// One that is free, and stays so: it is below those that Linux gives to who asks for any (ip(7), <c>ip_local_port_range</c>), and is not
    /// given twice.
    /// </summary>
    internal static int Free()
    {
        while (true)
        {
            int port = Interlocked.Increment(ref _last);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse && port < 32_000)
            {
                // Somebody else's.
            }
        }
    }
}
