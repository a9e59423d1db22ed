using System.Net.Sockets;

namespace Perch.Server.Binding;

/// <summary>A socket that the process was started with.</summary>
internal static class InheritedSocket
{
    /// <exception cref="GatewayServerStartException">The descriptor is none of a bound stream socket.</exception>
    internal static BoundSocket Open(int descriptor)
    {
        try
        {
            // Not owned: closing an owned one shuts it down, for the process that shares it as well.
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            return socket.SocketType == SocketType.Stream && socket.LocalEndPoint is not null
                ? new BoundSocket(socket)
                : throw new GatewayServerStartException($"File descriptor {descriptor} is no stream socket that is bound.");
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new GatewayServerStartException($"File descriptor {descriptor} is no socket: {exception.Message}", exception);
        }
    }
}
