using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Perch.AspNetCore.Http;

namespace Perch.AspNetCore;

/// <summary>A gateway app as all that a server runs: no pipeline, no <see cref="HttpContext"/>.</summary>
internal sealed class GatewayHttpApplication(GatewayMount mount) : IHttpApplication<HttpExchange>
{
    private readonly bool _reuse = mount.Host.ReuseScopes;

    public HttpExchange CreateContext(IFeatureCollection contextFeatures)
    {
        HttpExchange exchange;
        if (_reuse && contextFeatures is IHostContextContainer<HttpExchange> container)
        {
            // Kestrel keeps it with the connection (HTTP/1.1) or the stream, both of which it reuses.
            exchange = container.HostContext ??= new HttpExchange(mount);
        }
        else
        {
            exchange = new HttpExchange(mount);
        }

        exchange.BeginAlone(contextFeatures);
        return exchange;
    }

    public Task ProcessRequestAsync(HttpExchange context) => mount.Host.WebSockets.IsAskedFor(context.Request, context.Features)
        ? mount.Host.WebSockets.RunAsync(mount, context.Features)
        : context.RunAsync();

    public void DisposeContext(HttpExchange context, Exception? exception) => context.End();
}
