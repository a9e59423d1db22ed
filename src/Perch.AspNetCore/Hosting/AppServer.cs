using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.AspNetCore;

/// <summary>The host's server, made to run a gateway app instead of the host's pipeline.</summary>
internal sealed class AppServer(IServer server, GatewayHost host, GatewayApp app) : IServer
{
    // Mounted at once, not when the server starts: its lifespan runs before.
    private readonly GatewayMount _mount = host.Mount(app, RoutePrefix.None);

    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(new GatewayHttpApplication(_mount), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();
}
