namespace Perch.Server.Settings;

/// <summary>The key of a setting, from the expression that gets it: <c>o => o.Http.RootPath</c> gives <c>Http:RootPath</c>.</summary>
internal static class SettingKey
{
    internal static string Of(string getter)
    {
        int dot = getter.IndexOf('.', StringComparison.Ordinal);
        return getter[(dot + 1)..].Replace('.', ':');
    }
}
