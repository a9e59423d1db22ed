using System.Globalization;
using Perch.Server.Binding;
using Perch.Server.Settings;

namespace Perch.Server.Running;

/// <summary>The few lines that a server begins with.</summary>
internal static class StartupPage
{
    internal static void Write(TextWriter output, GatewayServerOptions options, IReadOnlyList<string> addresses, string appName, string? watched = null)
    {
        foreach (string address in addresses)
        {
            output.WriteLine($"listening on {address}");
        }

        string http = ValueKinds.Choice<GatewayHttp>().Format(options.Http.Server);
        string transport = ValueKinds.Choice<GatewayTransport>().Format(ServerTransport.Of(options.Binding));
        string workers = options.Processes.Workers > 1 ? string.Create(CultureInfo.InvariantCulture, $", {options.Processes.Workers} workers") : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"app {appName}, http {http} over {transport}{workers}, process {Environment.ProcessId}"));
        if (watched is not null)
        {
            output.WriteLine($"watches {watched}");
        }

        output.WriteLine("Ctrl+C stops it");
        output.Flush();
    }
}
