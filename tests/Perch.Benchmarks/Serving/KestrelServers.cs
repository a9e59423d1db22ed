using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Perch.Benchmarks.Workloads;

namespace Perch.Benchmarks.Serving;

/// <summary>
/// The servers on Kestrel's HTTP stack. All begin with the same builder: one plain-text endpoint, no logging provider, no
/// middleware but what the server's name says, and Kestrel's own settings.
/// </summary>
internal static class KestrelServers
{
    internal static Task<RunningServer> RequestDelegateAsync(Workload workload) => StartAsync(NewBuilder(), app => app.Run(workload.RunDelegateAsync));

    internal static Task<RunningServer> EndpointAsync(Workload workload) => EndpointAsync(workload, "/");

    /// <summary>Every path below a prefix, as a mounted app gets it: routing then has a value to hand over.</summary>
    internal static Task<RunningServer> CatchAllAsync(Workload workload) => EndpointAsync(workload, "/{**path}");

    internal static Task<RunningServer> MinimalApiAsync(Workload workload)
    {
        WebApplicationBuilder builder = NewBuilder();
        builder.Services.AddRoutingCore();
        return StartAsync(builder, workload.MapMinimalApi);
    }

    internal static Task<RunningServer> UseGatewayAsync(Workload workload)
    {
        WebApplicationBuilder builder = NewBuilder();
        builder.Services.AddGateway();
        return StartAsync(builder, app => app.UseGateway(workload.RunGatewayAsync));
    }

    internal static Task<RunningServer> MapGatewayAsync(Workload workload)
    {
        WebApplicationBuilder builder = NewBuilder();
        builder.Services.AddRoutingCore();
        builder.Services.AddGateway();
        return StartAsync(builder, app => app.MapGateway("/", workload.RunGatewayAsync));
    }

    internal static Task<RunningServer> GatewayServerAsync(Workload workload)
    {
        WebApplicationBuilder builder = NewBuilder();
        builder.WebHost.UseGatewayServer(workload.RunGatewayAsync);
        return StartAsync(builder, _ => { });
    }

    /// <summary>The host's own server, started with an application that is ours: the least that Kestrel's HTTP stack can do.</summary>
    internal static Task<RunningServer> HttpApplicationAsync(Workload workload) => HttpApplicationAsync(NewBuilder(), workload);

    /// <summary>The same over event loops of our own: only the transport differs.</summary>
    internal static Task<RunningServer> HttpApplicationOnLoopsAsync(Workload workload)
    {
        WebApplicationBuilder builder = NewBuilder();
        builder.WebHost.UseEventLoopTransport();
        return HttpApplicationAsync(builder, workload);
    }

    private static async Task<RunningServer> HttpApplicationAsync(WebApplicationBuilder builder, Workload workload)
    {
        WebApplication host = builder.Build();
        IServer server = host.Services.GetRequiredService<IServer>();
        await server.StartAsync(new BareHttpApplication(workload), CancellationToken.None);
        return new RunningServer(RunningServer.PortOf(server), async () =>
        {
            await server.StopAsync(CancellationToken.None);
            await host.DisposeAsync();
        });
    }

    private static Task<RunningServer> EndpointAsync(Workload workload, string pattern)
    {
        WebApplicationBuilder builder = NewBuilder();
        builder.Services.AddRoutingCore();
        RequestDelegate handler = workload.RunDelegateAsync;
        return StartAsync(builder, app => app.Map(pattern, handler));
    }

    internal static WebApplicationBuilder NewBuilder()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = "Production" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder;
    }

    internal static async Task<RunningServer> StartAsync(WebApplicationBuilder builder, Action<WebApplication> configure)
    {
        WebApplication app = builder.Build();
        configure(app);
        await app.StartAsync();
        return new RunningServer(RunningServer.PortOf(app.Services.GetRequiredService<IServer>()), () => app.DisposeAsync().AsTask());
    }
}
