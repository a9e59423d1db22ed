namespace Perch.Server.Settings;

/// <summary>Where settings are from: the command line, the environment, a file, a host's configuration.</summary>
internal interface ISettingSource
{
    /// <summary>The values that it has of a setting, or null if it has none.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="origin">What the source calls it.</param>
    IReadOnlyList<string>? Find(Setting setting, out string origin);
}
