using System.Runtime.CompilerServices;

namespace Perch.Server.Settings;

/// <summary>A setting with any number of values.</summary>
internal sealed class ListSetting<T>(
    string name,
    SettingGroup group,
    ValueKind<T> kind,
    Func<GatewayServerOptions, IReadOnlyList<T>> get,
    Action<GatewayServerOptions, IReadOnlyList<T>> set,
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

    internal override string TextOf(GatewayServerOptions options) => string.Join(separator, get(options).Select(kind.Format));

    internal override void Apply(GatewayServerOptions options, IReadOnlyList<string> values, string origin)
    {
        IReadOnlyList<T> before = get(options);
        List<T> parsed = [];
        foreach (string value in values)
        {
            // One at a time, so that a refusal names the one that is wrong.
            try
            {
                parsed.Add(kind.Parse(value));
                set(options, [parsed[^1]]);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
            {
                set(options, before);
                throw Refuse(origin, value);
            }
        }

        set(options, parsed);
    }
}
