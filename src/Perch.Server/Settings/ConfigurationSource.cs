using Microsoft.Extensions.Configuration;

namespace Perch.Server.Settings;

/// <summary>Settings from a configuration: a file of their own, or a section of a host's. A key that is no setting is refused.</summary>
internal sealed class ConfigurationSource : ISettingSource
{
    private readonly IConfiguration _configuration;
    private readonly string _name;

    /// <param name="configuration">The configuration.</param>
    /// <param name="name">What it is called, before a key: a file's name and a colon; empty for a host's.</param>
    internal ConfigurationSource(IConfiguration configuration, string name = "")
    {
        _configuration = configuration;
        _name = name;
        foreach (string key in Keys(configuration, ""))
        {
            if (!ServerSettings.All.Any(setting => Names(setting, key)))
            {
                string? near = NearName.Of(key, ServerSettings.All.Select(setting => setting.Key));
                throw new GatewaySettingsException($"{name}{key} is no setting{(near is null ? "" : $"; the nearest is {near}")}.");
            }
        }
    }

    public IReadOnlyList<string>? Find(Setting setting, out string origin)
    {
        origin = _name + setting.Key;
        IConfigurationSection section = _configuration.GetSection(setting.Key);
        if (section.Value is { } value)
        {
            return [value];
        }

        string[] values = [.. section.GetChildren().Select(child => child.Value ?? "")];
        return setting.IsList && values.Length > 0 ? values : null;
    }

    /// <summary>The keys that have values.</summary>
    private static IEnumerable<string> Keys(IConfiguration configuration, string path)
    {
        foreach (IConfigurationSection section in configuration.GetChildren())
        {
            string key = path + section.Key;
            if (section.Value is not null)
            {
                yield return key;
            }

            foreach (string below in Keys(section, key + ":"))
            {
                yield return below;
            }
        }
    }

    /// <summary>Whether a key is that of a setting, or of one of its values: <c>Binding:Hosts:0</c>.</summary>
    private static bool Names(Setting setting, string key) =>
        key.StartsWith(setting.Key, StringComparison.OrdinalIgnoreCase)
        && (key.Length == setting.Key.Length || (setting.IsList && key[setting.Key.Length] == ':'));
}
