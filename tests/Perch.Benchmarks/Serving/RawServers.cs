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
    internal static async Task<RunningServer> BareAsync(Workload workload)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = "Production" });
        builder.WebHost.UseKestrelCore();
        WebApplication services = builder.Build();
        var listener = new GatewayListener(workload.RunGatewayAsync, services.Services.GetRequiredService<IConnectionListenerFactory>(), options => WebSocketServers.Configure(options.WebSockets));
        await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return new RunningServer(((IPEndPoint)listener.EndPoint).Port, async () =>
        {
            await listener.DisposeAsync();
            await services.DisposeAsync();
        });
    }

    private static async Task<RunningServer> OnKestrelAsync(Workload workload, HttpParserKind parser)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = "Production" });
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
