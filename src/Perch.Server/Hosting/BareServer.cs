using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Perch.Http;
using Perch.Server.Binding;
using Perch.Server.Layers;
using Perch.Server.Proxies;
using Perch.Server.Tls;

namespace Perch.Server.Hosting;

/// <summary>A bare listener in the place of a host's server.</summary>
internal sealed class BareServer(
    GatewayApp app,
    GatewayServerOptions options,
    RefusedRequests refused,
    ServerSockets sockets,
    TlsSetup? tls,
    IConnectionListenerFactory transport,
    ILoggerFactory loggers,
    IMeterFactory meters) : IServer
{
    private readonly GatewayListener _listener = new(
        app, transport, gateway => RawPathSetup.Configure(gateway, options, refused), options.App.Lifespan, loggers, meters)
    {
        First = options.Proxy.Protocol ? new ProxyProtocol(options, loggers).OnConnectionAsync : null,
    };

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull =>
        _listener.StartAsync([.. sockets.All.Select(socket => socket.EndPoint)], tls?.ForListener(loggers), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _listener.StopAsync(cancellationToken);

    public void Dispose() => _listener.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
