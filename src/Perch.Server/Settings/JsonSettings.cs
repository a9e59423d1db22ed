using Microsoft.Extensions.Configuration;

namespace Perch.Server.Settings;

/// <summary>A JSON file that a setting names.</summary>
internal static class JsonSettings
{
    /// <exception cref="GatewaySettingsException">It is not there, or no JSON object.</exception>
    internal static IConfigurationRoot Read(string option, string file)
    {
        string path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new GatewaySettingsException($"{option} names a file that is not there: {path}.");
        }

        try
        {
            return new ConfigurationBuilder().AddJsonFile(path, optional: false).Build();
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException)
        {
            throw new GatewaySettingsException($"{file} is not the JSON object that {option} takes: {(exception.InnerException ?? exception).Message}");
        }
    }
}
