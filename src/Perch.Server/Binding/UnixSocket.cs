using System.Net.Sockets;

namespace Perch.Server.Binding;

/// <summary>A socket of a path.</summary>
internal static class UnixSocket
{
    /// <exception cref="GatewayServerStartException">It cannot be had.</exception>
    internal static BoundSocket Bind(string path, UnixFileMode mode)
    {
        string full = Path.GetFullPath(path);
        Socket? socket = null;
        try
        {
            var endPoint = new UnixDomainSocketEndPoint(full);
            RemoveStale(full, endPoint);
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(endPoint);

            // Nobody connects before this: the socket does not listen yet.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(full, mode);
            }

            return new BoundSocket(socket);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            socket?.Dispose();
            throw new GatewayServerStartException($"Cannot listen on unix:{full}: {ReasonOf(exception)}.", exception);
        }
    }

    /// <summary>A server that was killed leaves its socket's file behind; only one that nobody answers on is removed.</summary>
    private static void RemoveStale(string path, UnixDomainSocketEndPoint endPoint)
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder");
        }

        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            if (!IsSocket(path))
            {
                throw new IOException("there is a file that is no socket");
            }

            File.Delete(path);
            return;
        }

        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    /// <summary>A file of another kind refuses a connection as well; it is somebody's, and can be opened, which a socket cannot.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string ReasonOf(Exception exception) => exception switch
    {
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => "the address is in use",
        SocketException { SocketErrorCode: SocketError.AccessDenied } or UnauthorizedAccessException => "the folder is not writable",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "there is no such folder",
        ArgumentOutOfRangeException => "the path is too long",
        _ => exception.Message.TrimEnd('.'),
    };
}
