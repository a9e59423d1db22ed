using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Perch.Benchmarks.Workloads;
using Perch.Http;

namespace Perch.Benchmarks.Serving;

/// <summary>The servers on the raw path, with the settings of <see cref="KestrelServers"/>.</summary>
internal static class RawServers
{
    internal static Task<RunningServer> OnKestrelAsync(Workload workload) => OnKestrelAsync(workload, HttpParserKind.Perch);

    /// <summary>The same driver over the same sockets: only the parser differs.</summary>
    internal static Task<RunningServer> WithKestrelParserAsync(Workload workload) => OnKestrelAsync(workload, HttpParserKind.Kestrel);

    /// <inheritdoc cref="WithKestrelParserAsync"/>
    internal static Task<RunningServer> WithLlhttpParserAsync(Workload workload) => OnKestrelAsync(workload, HttpParserKind.Llhttp);

    /// <summary>No Kestrel server: its socket transport alone, from a container with its services, for their memory pool.</summary>
    internal static Task<RunningServer> BareAsync(Workload workload) => BareAsync(workload, hasLoops: false);

    private static async Task<RunningServer> BareAsync(Workload workload, bool hasLoops)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = "Production" });
        builder.WebHost.UseKestrelCore();
        if (hasLoops)
        {
            builder.WebHost.UseEventLoopTransport();
        }

        WebApplication services = builder.Build();
        var listener = new GatewayListener(workload.RunGatewayAsync, services.Services.GetRequiredService<IConnectionListenerFactory>(), options => WebSocketServers.Configure(options.WebSockets));
        await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return new RunningServer(((IPEndPoint)listener.EndPoint).Port, async () =>
        {
            await listener.DisposeAsync();
            await services.DisposeAsync();
        });
    }

    /// <summary>The raw path over event loops of our own in place of Kestrel's sockets.</summary>
    internal static Task<RunningServer> OnLoopsAsync(Workload workload) => OnKestrelAsync(workload, HttpParserKind.Perch, hasLoops: true);

    /// <summary>The bare listener over them: nothing of Kestrel's is left.</summary>
    internal static Task<RunningServer> BareOnLoopsAsync(Workload workload) => BareAsync(workload, hasLoops: true);

    private static async Task<RunningServer> OnKestrelAsync(Workload workload, HttpParserKind parser, bool hasLoops = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = "Production" });
        if (hasLoops)
        {
            builder.WebHost.UseEventLoopTransport();
        }

        builder.Services.AddGateway();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, http => http.UseGateway(workload.RunGatewayAsync, options =>
            {
                options.Parser = parser;
                WebSocketServers.Configure(options.WebSockets);
            })));
        WebApplication app = builder.Build();
        await app.StartAsync();
        return new RunningServer(RunningServer.PortOf(app.Services.GetRequiredService<IServer>()), () => app.DisposeAsync().AsTask());
    }
}
