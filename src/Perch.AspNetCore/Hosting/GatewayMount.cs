using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;
using Perch.AspNetCore.Http;

namespace Perch.AspNetCore;

/// <summary>An app at a place in a host: it runs the app for each request that gets there.</summary>
internal sealed class GatewayMount
{
    private readonly DefaultObjectPool<HttpExchange>? _pool;

    internal GatewayMount(GatewayHost host, GatewayApp app, LifespanRunner lifespan, RoutePrefix prefix)
    {
        Host = host;
        App = app;
        Lifespan = lifespan;
        Prefix = prefix;
        _pool = host.ReuseScopes ? new DefaultObjectPool<HttpExchange>(new ExchangePolicy(this), maximumRetained: 1024) : null;
    }

    internal GatewayHost Host { get; }

    internal GatewayApp App { get; }

    internal LifespanRunner Lifespan { get; }

    /// <summary>Set when the endpoint is built, before its first request.</summary>
    internal RoutePrefix Prefix { get; set; }

    /// <summary>Runs the app for a request of an ASP.NET Core pipeline.</summary>
    internal Task InvokeAsync(HttpContext context)
    {
        IFeatureCollection features = context.Features;
        IHttpRequestFeature request = features.GetRequiredFeature<IHttpRequestFeature>();
        if (Host.WebSockets.IsAskedFor(request, features))
        {
            return Host.WebSockets.RunAsync(this, features);
        }

        HttpExchange exchange = _pool is null ? new HttpExchange(this) : _pool.Get();
        exchange.Begin(features, request);
        Task run = exchange.RunAsync();
        if (!run.IsCompletedSuccessfully)
        {
            return EndWhenDoneAsync(run, exchange);
        }

        End(exchange);
        return Task.CompletedTask;
    }

    private async Task EndWhenDoneAsync(Task run, HttpExchange exchange)
    {
        try
        {
            await run;
        }
        finally
        {
            End(exchange);
        }
    }

    private void End(HttpExchange exchange)
    {
        exchange.End();
        _pool?.Return(exchange);
    }

    private sealed class ExchangePolicy(GatewayMount mount) : PooledObjectPolicy<HttpExchange>
    {
        public override HttpExchange Create() => new(mount);

        public override bool Return(HttpExchange obj) => true;
    }
}
