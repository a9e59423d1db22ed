using System.Net;
using System.Net.Sockets;

namespace Perch.Server.Binding;

/// <summary>A socket that is bound and does not listen yet: the port is ours, and nobody is served before the app has started.</summary>
internal sealed class BoundSocket(Socket socket) : IDisposable
{
    internal Socket Socket { get; } = socket;

    /// <summary>Where it is bound; the port that was picked, if 0 was asked for.</summary>
    internal EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <summary>Its address, for a client on this machine.</summary>
    internal string AddressOf(string scheme) => EndPoint is IPEndPoint ip ? $"{scheme}://{ip}" : $"unix:{EndPoint}";

    public void Dispose() => Socket.Dispose();
}
