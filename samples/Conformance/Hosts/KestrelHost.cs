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

namespace Conformance.Hosts;

/// <summary>
/// Kestrel's HTTP stack: <c>--http kestrel</c> with the app in place of a pipeline, <c>--http pipeline</c> with the app as the end of one.
/// </summary>
internal static class KestrelHost
{
    private const string Limits = "Limits";
    private const string WebSockets = "WebSockets";

    internal static async Task RunAsync(ConformanceOptions options, GatewayApp app)
    {
        // First on objects of no consequence: a wrong name or value is the command line's error, not the host's.
        SettableOptions.Apply(
            options.Settings,
            new SettableOptions(Limits, new KestrelServerOptions().Limits),
            new SettableOptions(WebSockets, new GatewayOptions().WebSockets));

        using X509Certificate2? certificate = options.HttpsPort is null ? null : SelfSignedCertificate.Create();
        // Empty: no configuration file or environment variable of this machine has a say.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        LogToStandardError(builder.Logging);
        builder.WebHost.UseKestrel(kestrel => Configure(kestrel, options, certificate));
        builder.Services.AddGateway(
            gateway => SettableOptions.Apply(Under(WebSockets, options), new SettableOptions(WebSockets, gateway.WebSockets)));
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

    private static void Configure(KestrelServerOptions kestrel, ConformanceOptions options, X509Certificate2? certificate)
    {
        SettableOptions.Apply(Under(Limits, options), new SettableOptions(Limits, kestrel.Limits));
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

    /// <summary>Standard output is for the lines that say where the host listens.</summary>
    private static void LogToStandardError(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

    private static void Announce(WebApplication host)
    {
        // One line for each port: an endpoint that also serves HTTP/2 by prior knowledge has two addresses.
        IEnumerable<Uri> addresses = host.Urls.Select(address => new Uri(address)).DistinctBy(address => address.Port);
        foreach (Uri address in addresses.OrderBy(address => address.Scheme, StringComparer.Ordinal))
        {
            Console.WriteLine($"listening on {address.Host}:{address.Port}{(address.Scheme == Uri.UriSchemeHttps ? " (https)" : "")}");
        }
    }

    private static Setting[] Under(string prefix, ConformanceOptions options) =>
        [.. options.Settings.Where(setting => setting.Name.StartsWith(prefix + ".", StringComparison.OrdinalIgnoreCase))];
}
