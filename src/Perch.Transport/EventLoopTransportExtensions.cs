using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Perch.Transport;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Puts a host's sockets on event loops.</summary>
public static class EventLoopTransportExtensions
{
    /// <summary>
    /// Serves the host's TCP and Unix sockets by event loops of our own in place of ASP.NET Core's socket transport: its endpoints, their
    /// middleware and the HTTP stack on them stay as they are.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets options. Defaults to none.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or ARM64; see <see cref="EventLoopTransportFactory.IsSupported"/>. It is thrown at the start.</exception>
    public static IWebHostBuilder UseEventLoopTransport(this IWebHostBuilder builder, Action<EventLoopTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services =>
        {
            if (configure is not null)
            {
                services.Configure(configure);
            }

            services.AddOptions<EventLoopTransportOptions>();

            // Kestrel asks the transport that was added last first.
            services.AddSingleton<IConnectionListenerFactory, EventLoopTransportFactory>();
        });
    }
}
