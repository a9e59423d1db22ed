using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Perch.AspNetCore;
using Perch.Benchmarks.Workloads;
using Perch.Http;

namespace Perch.Benchmarks.Serving;

/// <summary>The servers of WebSockets on Kestrel's HTTP stack. Those of the raw path are <see cref="RawServers"/>.</summary>
internal static class WebSocketServers
{
    /// <summary>ASP.NET Core's own, with its own settings.</summary>
    internal static Task<RunningServer> AspNetCoreAsync(Workload workload) => KestrelServers.StartAsync(KestrelServers.NewBuilder(), app =>
    {
        app.UseWebSockets();
        app.Run(workload.RunDelegateAsync);
    });

    internal static Task<RunningServer> SystemEngineAsync(Workload workload) => GatewayAsync(workload, WebSocketEngineKind.System);

    internal static Task<RunningServer> PerchEngineAsync(Workload workload) => GatewayAsync(workload, WebSocketEngineKind.Perch);

    /// <summary>
    /// Pings are sent, as by ASP.NET Core, and as there nobody is cut off for not answering: the load of one scenario rests while the
    /// others are measured.
    /// </summary>
    internal static void Configure(WebSocketGatewayOptions options) => options.PingTimeout = TimeSpan.Zero;

    private static Task<RunningServer> GatewayAsync(Workload workload, WebSocketEngineKind engine)
    {
        WebApplicationBuilder builder = KestrelServers.NewBuilder();
        builder.Services.AddGateway(options =>
        {
            options.WebSocketEngine = engine;
            Configure(options.WebSockets);
        });
        return KestrelServers.StartAsync(builder, app => app.UseGateway(workload.RunGatewayAsync));
    }
}
