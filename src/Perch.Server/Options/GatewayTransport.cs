namespace Perch.Server;

/// <summary>What serves the sockets of TCP and Unix connections.</summary>
public enum GatewayTransport
{
    /// <summary><see cref="Epoll"/> on Linux on x64 and ARM64, <see cref="Sockets"/> elsewhere. The default.</summary>
    Auto,

    /// <summary>Perch's event loops: apps run on the thread that reads the socket. Linux on x64 and ARM64 alone.</summary>
    Epoll,

    /// <summary>ASP.NET Core's sockets: apps run on the thread pool.</summary>
    Sockets,
}
