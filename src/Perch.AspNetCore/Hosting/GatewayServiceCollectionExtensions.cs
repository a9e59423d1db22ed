using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Perch;
using Perch.AspNetCore;
using Perch.AspNetCore.Connections;
using Perch.AspNetCore.Lifespan;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gateway apps to an ASP.NET Core host.</summary>
public static class GatewayServiceCollectionExtensions
{
    /// <summary>Adds what gateway apps need; mount them with <c>MapGateway</c> or <c>UseGateway</c>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options. Defaults to none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddGateway(this IServiceCollection services, Action<GatewayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.AddOptions<GatewayOptions>();
        services.TryAddSingleton<GatewayHost>();
        services.TryAddSingleton<LifespanService>();
        services.TryAddSingleton<ILifespans>(provider => provider.GetRequiredService<LifespanService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LifespanService>(provider => provider.GetRequiredService<LifespanService>()));

        // Kestrel adds its socket transport only where there is no transport yet; it must not take ours for one.
        services.TryAddSingleton<IConnectionListenerFactory, SocketTransportFactory>();
        services.TryAddSingleton<HandedOnConnections>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, HandedOnConnections>(provider => provider.GetRequiredService<HandedOnConnections>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<KestrelServerOptions>, KestrelSetup>());
        return services;
    }

    /// <summary>What gateway apps want of Kestrel.</summary>
    private sealed class KestrelSetup(IOptions<GatewayOptions> options, HandedOnConnections handedOn)
        : IConfigureOptions<KestrelServerOptions>, IPostConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions kestrel)
        {
            if (options.Value.Latin1Headers)
            {
                kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
                kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            }
        }

        public void PostConfigure(string? name, KestrelServerOptions kestrel) => handedOn.Listen(kestrel);
    }
}
