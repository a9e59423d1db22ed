using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Perch;
using Perch.AspNetCore;
using Perch.AspNetCore.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Mounts gateway apps in an ASP.NET Core pipeline.</summary>
public static class GatewayApplicationBuilderExtensions
{
    /// <summary>
    /// Mounts a gateway app under a prefix, as an endpoint: routing, authorization, CORS, rate limiting and other endpoint metadata apply
    /// to it. It gets every method and every path below the prefix; the prefix is its <c>root_path</c>.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <param name="prefix">The prefix, <c>"/"</c> for all; it may have route parameters (<c>"/tenants/{id}"</c>).</param>
    /// <param name="app">The app.</param>
    /// <returns>The endpoint, to add metadata to.</returns>
    /// <exception cref="ArgumentException">The prefix has an optional or catch-all parameter, or is no route pattern.</exception>
    /// <exception cref="InvalidOperationException"><c>AddGateway</c> was not called.</exception>
    public static IEndpointConventionBuilder MapGateway(this IEndpointRouteBuilder endpoints, string prefix, GatewayApp app)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(app);
        RoutePrefix.Check(prefix);
        GatewayMount mount = HostOf(endpoints.ServiceProvider).Mount(app, RoutePrefix.None);
        RequestDelegate handler = mount.InvokeAsync;
        IEndpointConventionBuilder endpoint = endpoints.Map($"{prefix.TrimEnd('/')}/{{**gatewayPath}}", handler).WithDisplayName($"Gateway {prefix}");

        // Known only when the endpoint is built: the route groups around it come first in its pattern.
        endpoint.Finally(built => mount.Prefix = RoutePrefix.Of(((RouteEndpointBuilder)built).RoutePattern));
        return endpoint;
    }

    /// <summary>
    /// Ends the pipeline with a gateway app, which gets every request that comes this far and that no endpoint has been found for
    /// (<c>WebApplication</c> runs endpoints last). Inside <c>Map</c> its <c>root_path</c> is the branch.
    /// </summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="app">The app.</param>
    /// <returns>The pipeline.</returns>
    /// <exception cref="InvalidOperationException"><c>AddGateway</c> was not called.</exception>
    public static IApplicationBuilder UseGateway(this IApplicationBuilder builder, GatewayApp app)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(app);
        GatewayMount mount = HostOf(builder.ApplicationServices).Mount(app, RoutePrefix.None);
        return builder.Use(next => context => context.Features.Find<IEndpointFeature>()?.Endpoint is { RequestDelegate: not null } ? next(context) : mount.InvokeAsync(context));
    }

    private static GatewayHost HostOf(IServiceProvider services) => services.GetService<GatewayHost>()
        ?? throw new InvalidOperationException("Gateway apps need their services: call builder.Services.AddGateway() first.");
}
