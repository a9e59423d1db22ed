namespace Perch.Server;

/// <summary>What serves the sockets of TCP and Unix connections.</summary>
public enum GatewayTransport
{
    /// <summary><see cref="Epoll"/> on 64-bit Linux, <see cref="Sockets"/> elsewhere. The default.</summary>
    Auto,

    /// <summary>Perch's event loops: apps run on the thread that reads the socket. 64-bit Linux alone.</summary>
    Epoll,

    /// <summary>ASP.NET Core's sockets: apps run on the thread pool.</summary>
    Sockets,
}
