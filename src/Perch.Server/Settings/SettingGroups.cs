namespace Perch.Server.Settings;

/// <summary>The titles of the groups, in the help and the docs.</summary>
internal static class SettingGroups
{
    internal static string TitleOf(SettingGroup group) => group switch
    {
        SettingGroup.Http => "HTTP",
        SettingGroup.Tls => "TLS",
        SettingGroup.Timeouts => "Time-outs",
        _ => group.ToString(),
    };
}
