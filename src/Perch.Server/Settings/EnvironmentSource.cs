namespace Perch.Server.Settings;

/// <summary>Settings from environment variables: <c>PERCH_PORT</c>. An empty one counts as not set.</summary>
internal sealed class EnvironmentSource : ISettingSource
{
    public IReadOnlyList<string>? Find(Setting setting, out string origin)
    {
        origin = setting.Variable;
        string? value = Environment.GetEnvironmentVariable(origin);
        if (string.IsNullOrEmpty(value) && setting.OtherVariable is { } other)
        {
            origin = other;
            value = Environment.GetEnvironmentVariable(other);
        }

        return string.IsNullOrEmpty(value)
            ? null
            : setting.IsList ? value.Split(setting.Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value];
    }
}
