using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Perch.Transport;

namespace Perch.Server.Binding;

/// <summary>The transport of a server's sockets.</summary>
internal static class ServerTransport
{
    /// <summary>Which one is meant, on this machine.</summary>
    internal static GatewayTransport Of(GatewayServerBinding binding) => Of(binding.Transport, EventLoopTransportFactory.IsSupported);

    /// <summary>Which one is meant, with or without event loops on the machine.</summary>
    internal static GatewayTransport Of(GatewayTransport transport, bool hasEventLoops) =>
        transport != GatewayTransport.Auto ? transport : hasEventLoops ? GatewayTransport.Epoll : GatewayTransport.Sockets;

    /// <summary>
    /// Puts it, made drainable, in the place of the host's transport for sockets; the host's others stay as they are.
    /// </summary>
    internal static void AddTo(IServiceCollection services, GatewayServerBinding binding, Func<EndPoint, Socket> socketOf)
    {
        services.Configure<SocketTransportOptions>(transport =>
        {
            transport.CreateBoundListenSocket = socketOf;
            transport.Backlog = binding.Backlog;
        });
        services.Configure<EventLoopTransportOptions>(transport =>
        {
            transport.CreateBoundListenSocket = socketOf;
            transport.Backlog = binding.Backlog;
            transport.LoopCount = binding.EventLoops ?? transport.LoopCount;
        });
        ServiceDescriptor sockets = services.Last(static service =>
            service.ServiceType == typeof(IConnectionListenerFactory) && service.ImplementationType == typeof(SocketTransportFactory));
        services[services.IndexOf(sockets)] = ServiceDescriptor.Singleton<IConnectionListenerFactory>(static provider => provider.GetRequiredService<DrainableTransport>());
        services.AddSingleton(provider => new DrainableTransport(Of(binding) == GatewayTransport.Epoll
            ? ActivatorUtilities.CreateInstance<EventLoopTransportFactory>(provider)
            : ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider)));
    }
}
