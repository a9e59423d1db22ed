using System.Net;
using System.Net.Sockets;

namespace Perch.Server.Binding;

/// <summary>The sockets of a server, bound before anything else is done.</summary>
internal sealed class ServerSockets : IDisposable
{
    private ServerSockets(IReadOnlyList<BoundSocket> all) => All = all;

    internal IReadOnlyList<BoundSocket> All { get; }

    /// <summary>Where they are, as URLs.</summary>
    internal IReadOnlyList<string> AddressesOf(GatewayServerOptions options) =>
        [.. All.Select(socket => socket.AddressOf(options.Tls.IsOn ? "https" : "http"))];

    /// <summary>The sockets that another process has bound.</summary>
    /// <exception cref="GatewayServerStartException">A descriptor is none of a bound stream socket.</exception>
    internal static ServerSockets Inherit(IEnumerable<int> descriptors) => new([.. descriptors.Select(InheritedSocket.Open)]);

    /// <summary>Binds what the options ask for.</summary>
    /// <exception cref="GatewayServerStartException">An address cannot be had.</exception>
    internal static async Task<ServerSockets> BindAsync(GatewayServerBinding binding, CancellationToken cancellation)
    {
        List<BoundSocket> sockets = [];
        try
        {
            foreach (int descriptor in binding.FileDescriptors.Concat(SystemdSockets.Take()))
            {
                sockets.Add(InheritedSocket.Open(descriptor));
            }

            foreach (string path in binding.UnixSockets)
            {
                sockets.Add(UnixSocket.Bind(path, binding.UnixSocketMode));
            }

            if (binding.HasOwnHosts || sockets.Count == 0)
            {
                await BindHostsAsync(binding, sockets, cancellation);
            }
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }

        return new ServerSockets(sockets);
    }

    /// <summary>The socket of an endpoint, for the transport that is to listen on it.</summary>
    internal Socket Take(EndPoint endPoint) => All.First(socket => socket.EndPoint.Equals(endPoint)).Socket;

    public void Dispose()
    {
        foreach (BoundSocket socket in All)
        {
            socket.Dispose();
        }
    }

    private static async Task BindHostsAsync(GatewayServerBinding binding, List<BoundSocket> sockets, CancellationToken cancellation)
    {
        int port = binding.Port;
        foreach (string host in binding.Hosts)
        {
            foreach (IPAddress address in await AddressesOfAsync(host, cancellation))
            {
                BoundSocket socket = TcpSocket.Bind(new IPEndPoint(address, port));
                sockets.Add(socket);

                // Port 0: the one that the first address gets is that of all.
                port = ((IPEndPoint)socket.EndPoint).Port;
            }
        }
    }

    private static async Task<IPAddress[]> AddressesOfAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address))
        {
            return [address];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (SocketException exception)
        {
            throw new GatewayServerStartException($"The host '{host}' has no address: {exception.Message}.", exception);
        }
    }
}
