namespace Perch.Server.Settings;

/// <summary>Fills options from where settings are.</summary>
internal static class SettingsReader
{
    /// <summary>Sets what the sources name; the first that has a setting counts.</summary>
    /// <exception cref="GatewaySettingsException">A value that a setting does not take.</exception>
    internal static void Apply(GatewayServerOptions options, params ReadOnlySpan<ISettingSource> sources)
    {
        foreach (Setting setting in ServerSettings.All)
        {
            foreach (ISettingSource source in sources)
            {
                if (source.Find(setting, out string origin) is { } values)
                {
                    setting.Apply(options, values, origin);
                    break;
                }
            }
        }
    }
}
