using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Perch;
using Perch.Http.Connections;

namespace Microsoft.AspNetCore.Connections;

/// <summary>Runs gateway apps over raw byte connections.</summary>
public static class TcpGatewayExtensions
{
    /// <summary>
    /// Ends a connection pipeline with a gateway app that serves <see cref="TcpScope"/>: a listener of Kestrel's that speaks no HTTP. What
    /// stands before it (<c>UseHttps</c>, connection logging) applies. The app's lifespan runs with the host's, if <c>AddGateway</c> was called.
    /// </summary>
    /// <param name="builder">The pipeline: Kestrel's <c>ListenOptions</c>, say.</param>
    /// <param name="app">The app.</param>
    /// <returns>The pipeline.</returns>
    public static IConnectionBuilder UseTcpGateway(this IConnectionBuilder builder, GatewayApp app)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(app);
        ILogger logger = builder.ApplicationServices.GetService<ILoggerFactory>()?.CreateLogger("Perch.Tcp") ?? NullLogger.Instance;
        LifespanRunner? lifespan = builder.ApplicationServices.GetService<ILifespans>()?.Add(app);
        return builder.Use(next => connection => new TcpConnection(connection, lifespan).RunAsync(app, logger));
    }
}
