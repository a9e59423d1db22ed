using System.Runtime.CompilerServices;

namespace Perch.Server.Settings;

/// <summary>A setting with any number of values.</summary>
internal sealed class ListSetting(
    string name,
    SettingGroup group,
    ValueKind<string> kind,
    Func<GatewayServerOptions, IReadOnlyList<string>> get,
    Action<GatewayServerOptions, IReadOnlyList<string>> set,
    string description,
    char separator = ',',
    [CallerArgumentExpression(nameof(get))] string getter = "")
    : Setting(name, group, SettingKey.Of(getter), description)
{
    internal override bool IsFlag => false;

    internal override bool IsList => true;

    internal override string Placeholder => kind.Placeholder;

    internal override string Takes => kind.Takes;

    internal override char Separator => separator;

    internal override string TextOf(GatewayServerOptions options) => string.Join(separator, get(options));

    internal override void Apply(GatewayServerOptions options, IReadOnlyList<string> values, string origin)
    {
        IReadOnlyList<string> before = get(options);
        foreach (string value in values)
        {
            // One at a time, so that a refusal names the one that is wrong.
            try
            {
                set(options, [value]);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                set(options, before);
                throw Refuse(origin, value);
            }
        }

        set(options, values);
    }
}
