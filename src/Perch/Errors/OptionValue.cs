namespace Perch;

/// <summary>What the setters of options ask of a value: they get it back, or an <see cref="ArgumentOutOfRangeException"/> that names it.</summary>
internal static class OptionValue
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    public static T AtLeast<T>(T value, T least)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        return value;
    }

    public static T? AtLeast<T>(T? value, T least)
        where T : struct, IComparable<T> => value is { } given ? AtLeast(given, least) : null;

    public static T Between<T>(T value, T least, T most)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }

    public static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }

    /// <summary>One of those that the enum names.</summary>
    public static T Defined<T>(T value)
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{typeof(T).Name} is one of {string.Join(", ", Enum.GetNames<T>())}.");

    /// <summary>What a timer waits: positive, and no longer than any timer can.</summary>
    public static TimeSpan Timer(TimeSpan value) => TimerOrZero(Positive(value));

    /// <summary>The same, or zero.</summary>
    public static TimeSpan TimerOrZero(TimeSpan value) => Between(value, TimeSpan.Zero, LongestTimer);

    /// <summary>Where an app is mounted: empty, or a prefix of paths.</summary>
    public static string RootPath(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length == 0 || (value[0] == '/' && value[^1] != '/')
            ? value
            : throw new ArgumentException($"A root path begins with a slash and does not end with one: '{value}'.", nameof(value));
    }
}
