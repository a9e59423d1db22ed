using System.Net;
using System.Security.Cryptography.X509Certificates;
using Conformance.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Perch;
using Perch.AspNetCore;
using Perch.Http;

namespace Conformance.Hosts;

/// <summary>
/// A Kestrel server: <c>--http kestrel</c> with the app in place of a pipeline, <c>--http pipeline</c> with the app as the end of one,
/// <c>--http perch</c> with our own HTTP/1.1 on its connections.
/// </summary>
internal static class KestrelHost
{
    internal static async Task RunAsync(ConformanceOptions options, GatewayApp app)
    {
        bool isPerch = options.Http == "perch";

        // First on objects of no consequence: a wrong name or value is the command line's error, not the host's.
        SettableOptions.Apply(
            options.Settings,
            new SettableOptions(HostSettings.Limits, isPerch ? new HttpGatewayOptions().Limits : new KestrelServerOptions().Limits),
            new SettableOptions(HostSettings.WebSockets, new GatewayOptions().WebSockets));

        using X509Certificate2? certificate = options.HttpsPort is null ? null : SelfSignedCertificate.Create();
        // Empty: no configuration file or environment variable of this machine has a say.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        HostSettings.LogToStandardError(builder.Logging);
        builder.WebHost.UseKestrel(kestrel => Configure(kestrel, options, certificate, app));
        HostSettings.UseTransport(builder.WebHost, options);
        builder.Services.AddGateway(gateway =>
        {
            gateway.WebSocketEngine = options.WebSockets;
            SettableOptions.Apply(HostSettings.Under(HostSettings.WebSockets, options), new SettableOptions(HostSettings.WebSockets, gateway.WebSockets));
        });
        bool isPipeline = options.Http == "pipeline";
        if (!isPipeline)
        {
            builder.WebHost.UseGatewayServer(app);
        }

        await using WebApplication host = builder.Build();
        if (isPipeline)
        {
            host.UseGateway(app);
        }

        await host.StartAsync();
        Announce(host);
        await host.WaitForShutdownAsync();
    }

    private static void Configure(KestrelServerOptions kestrel, ConformanceOptions options, X509Certificate2? certificate, GatewayApp app)
    {
        if (options.Http == "perch")
        {
            ConfigurePerch(kestrel, options, certificate, app);
            return;
        }

        SettableOptions.Apply(HostSettings.Under(HostSettings.Limits, options), new SettableOptions(HostSettings.Limits, kestrel.Limits));
        kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.UsePriorKnowledgeHttp2());
        if (options.HttpsPort is { } port)
        {
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                // HTTP/3 where the platform has QUIC; Kestrel leaves it out where it has not.
                listen.Protocols = HttpProtocols.Http1AndHttp2AndHttp3;
                listen.UseHttps(certificate!);
            });
        }
    }

    /// <summary>HTTP/1.1 is ours; what speaks HTTP/2 comes to the app through Kestrel's stack, with the limits that both have.</summary>
    private static void ConfigurePerch(KestrelServerOptions kestrel, ConformanceOptions options, X509Certificate2? certificate, GatewayApp app)
    {
        void Configure(HttpGatewayOptions gateway)
        {
            HostSettings.Apply(options, gateway);
            kestrel.Limits.MaxRequestBodySize = gateway.Limits.MaxRequestBodySize;
        }

        kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.UseGateway(app, Configure));
        if (options.HttpsPort is { } port)
        {
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.UseHttps(certificate!);
                listen.UseGateway(app, Configure);
            });
        }
    }

    private static void Announce(WebApplication host)
    {
        // One line for each port: an endpoint that also serves HTTP/2 by prior knowledge has two addresses.
        IEnumerable<Uri> addresses = host.Urls.Select(address => new Uri(address)).DistinctBy(address => address.Port);
        foreach (Uri address in addresses.OrderBy(address => address.Scheme, StringComparer.Ordinal))
        {
            Console.WriteLine($"listening on {address.Host}:{address.Port}{(address.Scheme == Uri.UriSchemeHttps ? " (https)" : "")}");
        }
    }
}
