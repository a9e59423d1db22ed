using Microsoft.Extensions.Configuration;
using Perch.Server.Settings;

namespace Perch.Server.Logging;

/// <summary>The file of <c>--log-config</c>.</summary>
internal static class LogConfiguration
{
    /// <summary>Its section <c>Logging</c>, or all of it if there is none.</summary>
    /// <exception cref="GatewaySettingsException">It is not there, or no JSON object.</exception>
    internal static IConfiguration Read(string file)
    {
        IConfiguration root = JsonSettings.Read("--log-config", file);
        return root.GetSection("Logging") is var logging && logging.Exists() ? logging : root;
    }
}
