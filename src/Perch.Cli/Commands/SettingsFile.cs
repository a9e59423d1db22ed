using Microsoft.Extensions.Configuration;
using Perch.Server;
using Perch.Server.Settings;

namespace Perch.Cli.Commands;

/// <summary>The JSON file of <c>--config</c>.</summary>
internal static class SettingsFile
{
    /// <exception cref="GatewaySettingsException">It is not there, is no JSON, or has a key that is no setting.</exception>
    internal static ConfigurationSource Read(string file)
    {
        string path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new GatewaySettingsException($"--config names a file that is not there: {path}.");
        }

        try
        {
            return new ConfigurationSource(new ConfigurationBuilder().AddJsonFile(path, optional: false).Build(), Path.GetFileName(file) + ": ");
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException)
        {
            throw new GatewaySettingsException($"{file} is not the JSON object that --config takes: {(exception.InnerException ?? exception).Message}");
        }
    }
}
