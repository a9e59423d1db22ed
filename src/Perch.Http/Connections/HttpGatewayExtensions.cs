using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Perch;
using Perch.Http;
using Perch.Http.Connections;

namespace Microsoft.AspNetCore.Connections;

/// <summary>Runs gateway apps over connections, with Perch's own HTTP/1.1.</summary>
public static class HttpGatewayExtensions
{
    /// <summary>
    /// Serves HTTP/1.1 to a gateway app. A client that speaks HTTP/2 (ALPN, or the prior-knowledge preface) is handed on to what comes
    /// next, nothing consumed. What stands before it (<c>UseHttps</c>, connection logging) applies.
    /// </summary>
    /// <param name="builder">The pipeline: Kestrel's <c>ListenOptions</c>, say.</param>
    /// <param name="app">The app.</param>
    /// <param name="configure">Sets options. Defaults to none.</param>
    /// <returns>The pipeline.</returns>
    public static IConnectionBuilder UseHttpGateway(this IConnectionBuilder builder, GatewayApp app, Action<HttpGatewayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(app);
        HttpGateway gateway = Create(builder.ApplicationServices, app, configure);
        return builder.Use(next => connection => gateway.OnConnectionAsync(connection, next));
    }

    /// <summary>A gateway with what the host's services have to offer.</summary>
    internal static HttpGateway Create(IServiceProvider services, GatewayApp app, Action<HttpGatewayOptions>? configure)
    {
        var options = new HttpGatewayOptions();
        configure?.Invoke(options);
        ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger("Perch.Http") ?? NullLogger.Instance;
        return new HttpGateway(
            app,
            options,
            services.GetService<ILifespans>()?.Add(app),
            new HttpGatewayLog(logger, services.GetService<IMeterFactory>()),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetService<IHostEnvironment>()?.IsDevelopment() == true);
    }
}
