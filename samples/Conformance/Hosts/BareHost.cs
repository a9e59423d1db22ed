using System.Net;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Conformance.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch;
using Perch.Http;

namespace Conformance.Hosts;

/// <summary><c>--http bare</c>: Perch's own HTTP/1.1 on a bare listener, with no Kestrel server, so no HTTP/2.</summary>
internal static class BareHost
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    internal static async Task RunAsync(ConformanceOptions options, GatewayApp app)
    {
        HostSettings.Apply(options, new HttpGatewayOptions());

        // Kestrel's services for its socket transport and memory pool; the server itself is not started.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        HostSettings.LogToStandardError(builder.Logging);
        builder.WebHost.UseKestrelCore();
        HostSettings.UseTransport(builder.WebHost, options);
        await using WebApplication services = builder.Build();
        await using var listener = new GatewayListener(
            app,
            services.Services.GetRequiredService<IConnectionListenerFactory>(),
            gateway => HostSettings.Apply(options, gateway),
            loggers: services.Services.GetRequiredService<ILoggerFactory>());

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, options.Port));
        Console.WriteLine($"listening on {listener.EndPoint}");
        using X509Certificate2? certificate = options.HttpsPort is null ? null : SelfSignedCertificate.Create();
        if (options.HttpsPort is { } port)
        {
            var tls = new SslServerAuthenticationOptions { ServerCertificate = certificate };
            Console.WriteLine($"listening on {await listener.ListenAsync(new IPEndPoint(IPAddress.Loopback, port), tls)} (https)");
        }

        await stop.Task;
        using var grace = new CancellationTokenSource(Grace);
        await listener.StopAsync(grace.Token);

        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }
}
