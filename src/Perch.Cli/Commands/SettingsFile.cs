using Perch.Server;
using Perch.Server.Settings;

namespace Perch.Cli.Commands;

/// <summary>The JSON file of <c>--config</c>.</summary>
internal static class SettingsFile
{
    /// <exception cref="GatewaySettingsException">It is not there, is no JSON, or has a key that is no setting.</exception>
    internal static ConfigurationSource Read(string file) => new(JsonSettings.Read("--config", file), Path.GetFileName(file) + ": ");
}
