using System.Globalization;
using Perch.Server.Settings;

namespace Perch.Server.Running;

/// <summary>The few lines that a server begins with.</summary>
internal static class StartupPage
{
    internal static void Write(TextWriter output, GatewayServer server)
    {
        foreach (string address in server.Addresses)
        {
            output.WriteLine($"listening on {address}");
        }

        string http = ValueKinds.Choice<GatewayHttp>().Format(server.Options.Http.Server);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"app {server.AppName}, http {http}, process {Environment.ProcessId}"));
        output.WriteLine("Ctrl+C stops it");
        output.Flush();
    }
}
