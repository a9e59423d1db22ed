using Conformance.CommandLine;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Perch.Http;

namespace Conformance.Hosts;

/// <summary>What all hosts take from the command line in the same way.</summary>
internal static class HostSettings
{
    internal const string Limits = "Limits";
    internal const string WebSockets = "WebSockets";

    /// <summary>The settings of one part of a host.</summary>
    internal static Setting[] Under(string prefix, ConformanceOptions options) =>
        [.. options.Settings.Where(setting => setting.Name.StartsWith(prefix + ".", StringComparison.OrdinalIgnoreCase))];

    /// <summary>All that the command line says of the raw path.</summary>
    internal static void Apply(ConformanceOptions options, HttpGatewayOptions gateway)
    {
        gateway.WebSocketEngine = options.WebSockets;
        SettableOptions.Apply(options.Settings, new SettableOptions(Limits, gateway.Limits), new SettableOptions(WebSockets, gateway.WebSockets));
    }

    /// <summary>The transport of the sockets; to be called after the server has been chosen, which brings its own.</summary>
    internal static void UseTransport(IWebHostBuilder host, ConformanceOptions options)
    {
        if (options.IsOnEpoll)
        {
            host.UseEventLoopTransport();
        }
    }

    /// <summary>Standard output is for the lines that say where the host listens.</summary>
    internal static void LogToStandardError(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
