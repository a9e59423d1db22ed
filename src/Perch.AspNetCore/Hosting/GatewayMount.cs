using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Perch.AspNetCore.Http;

namespace Perch.AspNetCore;

/// <summary>An app at a place in a host: it runs the app for each request that gets there.</summary>
internal sealed class GatewayMount
{
    internal GatewayMount(GatewayHost host, GatewayApp app, LifespanRunner lifespan, RoutePrefix prefix)
    {
        Host = host;
        App = app;
        Lifespan = lifespan;
        Prefix = prefix;
        Exchanges = host.ReuseScopes ? new ExchangePool(this) : null;
    }

    internal GatewayHost Host { get; }

    internal GatewayApp App { get; }

    internal LifespanRunner Lifespan { get; }

    /// <summary>Null where each request has an exchange of its own.</summary>
    internal ExchangePool? Exchanges { get; }

    /// <summary>Set when the endpoint is built, before its first request.</summary>
    internal RoutePrefix Prefix { get; set; }

    /// <summary>Runs the app for a request of an ASP.NET Core pipeline.</summary>
    internal Task InvokeAsync(HttpContext context)
    {
        IFeatureCollection features = context.Features;
        IHttpRequestFeature request = features.FindRequired<IHttpRequestFeature>();
        if (Host.WebSockets.IsAskedFor(request, features))
        {
            return Host.WebSockets.RunAsync(this, features);
        }

        HttpExchange exchange = Exchanges is null ? new HttpExchange(this) : Exchanges.Rent();
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
        Exchanges?.Return(exchange);
    }
}
