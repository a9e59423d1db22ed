using System.Net;
using System.Net.Sockets;

namespace Perch.Server.Binding;

/// <summary>A socket of an address and a port.</summary>
internal static class TcpSocket
{
    /// <exception cref="GatewayServerStartException">It cannot be had.</exception>
    internal static BoundSocket Bind(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            return new BoundSocket(socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new GatewayServerStartException($"Cannot listen on {endPoint}: {ReasonOf(exception)}.", exception);
        }
    }

    private static string ReasonOf(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the address is in use",
        SocketError.AddressNotAvailable => "this machine has no such address",
        SocketError.AccessDenied => "that port is for privileged users",
        _ => exception.Message,
    };
}
