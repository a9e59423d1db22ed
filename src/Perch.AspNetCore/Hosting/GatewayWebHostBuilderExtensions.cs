using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Perch;
using Perch.AspNetCore;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Makes a gateway app all that a web host runs.</summary>
public static class GatewayWebHostBuilderExtensions
{
    /// <summary>
    /// Makes a gateway app all that the host's server runs: no pipeline, no <c>HttpContext</c>, the fastest way on Kestrel's HTTP stack.
    /// Middleware and endpoints of the host are not reached.
    /// </summary>
    /// <param name="builder">The web host. Its server (Kestrel, say) must have been chosen already, as <c>WebApplication</c> does.</param>
    /// <param name="app">The app.</param>
    /// <param name="configure">Sets options. Defaults to none.</param>
    /// <returns>The web host.</returns>
    /// <exception cref="InvalidOperationException">No server has been chosen.</exception>
    public static IWebHostBuilder UseGatewayServer(this IWebHostBuilder builder, GatewayApp app, Action<GatewayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(app);
        if (builder is not ConfigureWebHostBuilder)
        {
            // A plain web host does not start without a pipeline, even one that is not run. WebApplication has one.
            builder.Configure(static _ => { });
        }

        return builder.ConfigureServices(services =>
        {
            services.AddGateway(configure);
            ServiceDescriptor server = services.LastOrDefault(service => service.ServiceType == typeof(IServer))
                ?? throw new InvalidOperationException("UseGatewayServer needs a server: call UseKestrel() first.");
            services.Remove(server);
            services.AddSingleton<IServer>(provider => new AppServer(
                server.ImplementationInstance as IServer
                    ?? server.ImplementationFactory?.Invoke(provider) as IServer
                    ?? (IServer)ActivatorUtilities.CreateInstance(provider, server.ImplementationType!),
                provider.GetRequiredService<GatewayHost>(),
                app));
        });
    }
}
