using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Perch.Loops;
using Perch.Transport.Listening;
using Perch.Transport.Loops;

namespace Perch.Transport;

/// <summary>
/// Sockets on event loops of our own (epoll), for Kestrel and for <c>GatewayListener</c>: TCP and Unix sockets on Linux on x64 and ARM64. A connection's
/// pipes read from and write to its socket without a thread of their own between.
/// </summary>
public sealed class EventLoopTransportFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly EventLoopTransportOptions _options;
    private readonly TransportLog _log;
    private readonly IMemoryPoolFactory<byte>? _pools;
    private readonly Lock _gate = new();
    private LoopGroup? _loops;

    /// <summary>Creates a transport.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="pools">Makes the memory pool that connections offer to what is above them. Defaults to the process's shared one.</param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or ARM64.</exception>
    public EventLoopTransportFactory(IOptions<EventLoopTransportOptions> options, ILoggerFactory loggers, IMemoryPoolFactory<byte>? pools = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("The event-loop transport needs Linux on x64 or ARM64 (epoll); elsewhere use ASP.NET Core's socket transport.");
        }

        _options = options.Value;
        _log = new TransportLog(loggers.CreateLogger("Perch.Transport"));
        _pools = pools;
        SocketLoops.Current = new TransportLoops(AcquireLoops);
    }

    /// <summary>Whether this machine has what the transport needs: Linux on x64 and ARM64.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint or FileHandleEndPoint;

    /// <inheritdoc/>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The listener owns the socket.")]
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        cancellationToken.ThrowIfCancellationRequested();
        Socket? socket = null;
        LoopGroup? loops = null;
        try
        {
            socket = _options.CreateBoundListenSocket(endpoint);
            if (_options.NoDelay && socket.ProtocolType == ProtocolType.Tcp)
            {
                // Linux: those that are accepted have it from the listener.
                socket.NoDelay = true;
            }

            socket.Listen(_options.Backlog);
            loops = AcquireLoops();
            return new(new LoopListener(socket, loops, _pools?.Create(), _log));
        }
        catch (Exception exception)
        {
            loops?.Release();
            socket?.Dispose();
            if (exception is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
            {
                throw new AddressInUseException(exception.Message, exception);
            }

            throw;
        }
    }

    private LoopGroup AcquireLoops()
    {
        lock (_gate)
        {
            if (_loops is null || !_loops.TryAcquire())
            {
                _loops = new LoopGroup(_options, _log);
            }

            return _loops;
        }
    }
}
