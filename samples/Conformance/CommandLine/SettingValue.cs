using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Conformance.CommandLine;

/// <summary>Turns the text of a setting into a value of its option's type.</summary>
internal static class SettingValue
{
    private const string None = "none";

    /// <summary>Whether options of this type can be set.</summary>
    internal static bool CanParse(Type type) =>
        Bare(type) is var bare && (bare == typeof(int) || bare == typeof(long) || bare == typeof(bool) || bare == typeof(TimeSpan) || bare == typeof(MinDataRate));

    /// <exception cref="UsageException">The text is no such value.</exception>
    internal static object? Parse(Setting setting, Type type)
    {
        Type bare = Bare(type);
        string text = setting.Value;
        if (text == None && (bare != type || bare == typeof(MinDataRate)))
        {
            return null;
        }

        const NumberStyles Whole = NumberStyles.AllowLeadingSign;
        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (bare == typeof(bool))
        {
            return bool.TryParse(text, out bool truth) ? truth : throw Wrong(setting, "true or false");
        }

        if (bare == typeof(int))
        {
            return int.TryParse(text, Whole, culture, out int number) ? number : throw Wrong(setting, "a whole number");
        }

        if (bare == typeof(long))
        {
            return long.TryParse(text, Whole, culture, out long number) ? number : throw Wrong(setting, "a whole number");
        }

        if (!double.TryParse(text, Decimal, culture, out double value))
        {
            throw Wrong(setting, bare == typeof(TimeSpan) ? "a number of seconds" : "a number of bytes a second, or none");
        }

        // A client gets five seconds before its rate counts, as in Kestrel's own default.
        return bare == typeof(TimeSpan) ? TimeSpan.FromSeconds(value) : new MinDataRate(value, TimeSpan.FromSeconds(5));
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static UsageException Wrong(Setting setting, string expected) => new($"--set {setting.Name} is {expected}, not '{setting.Value}'");
}
