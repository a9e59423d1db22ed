using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Perch.Server.Settings;

/// <summary>The kinds of values that settings have.</summary>
internal static class ValueKinds
{
    private static readonly (string Name, LogLevel Level)[] Levels =
    [
        ("critical", LogLevel.Critical), ("error", LogLevel.Error), ("warning", LogLevel.Warning), ("info", LogLevel.Information),
        ("debug", LogLevel.Debug), ("trace", LogLevel.Trace),
    ];

    internal static readonly ValueKind<bool> Flag = new("", "true or false", bool.Parse, static value => value ? "on" : "off");

    internal static readonly ValueKind<bool?> FlagOrAuto = new(
        "", "true, false or auto", static text => text == "auto" ? null : bool.Parse(text), static value => value is { } flag ? Flag!.Format(flag) : "auto");

    /// <summary>A file's mode as chmod(1) takes it: octal digits.</summary>
    internal static readonly ValueKind<UnixFileMode> FileMode = new(
        "MODE",
        "a file's mode in octal digits, as 0660",
        static text => text.All(char.IsAsciiDigit) && Convert.ToInt32(text, 8) is >= 0 and <= 0x1FF and var mode ? (UnixFileMode)mode : throw new FormatException(),
        static mode => Convert.ToString((int)mode, 8).PadLeft(4, '0'));

    internal static readonly ValueKind<int?> CountOrNone =
        Integer("COUNT", "a number above 0").OrNone(static count => (int?)count, null, static count => count!.Value);

    internal static readonly ValueKind<long?> BytesOrNone =
        Bytes("a number of bytes above 0").OrNone(static bytes => (long?)bytes, null, static bytes => bytes!.Value);

    internal static readonly ValueKind<LogLevel> Level = new(
        "LEVEL",
        OneOf([.. Levels.Select(level => level.Name)]),
        static text => Array.FindIndex(Levels, level => level.Name == text) is >= 0 and var index ? Levels[index].Level : throw new FormatException(),
        value => Levels.First(level => level.Level == value).Name);

    internal static readonly ValueKind<TimeSpan?> SecondsOrNone =
        Seconds("a number of seconds above 0").OrNone(static time => (TimeSpan?)time, null, static time => time!.Value);

    internal static ValueKind<string> Text(string placeholder, string takes) => new(placeholder, takes, static text => text, static value => value);

    /// <summary>A text that may be missing.</summary>
    internal static ValueKind<string?> TextOrNone(string placeholder, string takes) => new(placeholder, takes, static text => text.Length == 0 ? null : text, static value => value ?? "");

    internal static ValueKind<int> Integer(string placeholder, string takes) =>
        new(placeholder, takes, static text => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture), static value => value.ToString(CultureInfo.InvariantCulture));

    internal static ValueKind<int?> CountOrAuto(string takes)
    {
        ValueKind<int> count = Integer("COUNT", takes);
        return new(count.Placeholder, $"{takes}, or auto", text => text == "auto" ? null : count.Parse(text), value => value is { } number ? count.Format(number) : "auto");
    }

    internal static ValueKind<long> Bytes(string takes) =>
        new("BYTES", takes, static text => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture), static value => value.ToString(CultureInfo.InvariantCulture));

    internal static ValueKind<double> Rate(string takes) =>
        new("BYTES", takes, static text => double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), static value => value.ToString(CultureInfo.InvariantCulture));

    internal static ValueKind<TimeSpan> Seconds(string takes) => new(
        "SECONDS",
        takes,
        static text => TimeSpan.FromSeconds(double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)),
        static value => value.TotalSeconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>The names of an enum, in lower case.</summary>
    internal static ValueKind<T> Choice<T>()
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(Lower)];
        return new(
            string.Join('|', names),
            OneOf(names),
            text => names.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true) : throw new FormatException(),
            value => Lower(value.ToString()));
    }

    private static string OneOf(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    /// <summary>Names on the command line are in lower case.</summary>
    private static string Lower(string name) => string.Create(name.Length, name, static (to, from) => from.AsSpan().ToLowerInvariant(to));
}
