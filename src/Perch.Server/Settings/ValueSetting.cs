using System.Runtime.CompilerServices;

namespace Perch.Server.Settings;

/// <summary>A setting with one value.</summary>
internal sealed class ValueSetting<T>(
    string name,
    SettingGroup group,
    ValueKind<T> kind,
    Func<GatewayServerOptions, T> get,
    Action<GatewayServerOptions, T> set,
    string description,
    [CallerArgumentExpression(nameof(get))] string getter = "")
    : Setting(name, group, SettingKey.Of(getter), description)
{
    internal override bool IsFlag => typeof(T) == typeof(bool) || typeof(T) == typeof(bool?);

    internal override bool IsList => false;

    internal override string Placeholder => kind.Placeholder;

    internal override string Takes => kind.Takes;

    internal override string TextOf(GatewayServerOptions options) => kind.Format(get(options));

    internal override void Apply(GatewayServerOptions options, IReadOnlyList<string> values, string origin)
    {
        string value = values[^1];
        try
        {
            set(options, kind.Parse(value));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw Refuse(origin, value);
        }
    }
}
