namespace Perch.Server.Settings;

/// <summary>How a value is read and written as text.</summary>
/// <param name="Placeholder">What stands for it in the help: <c>PORT</c>.</param>
/// <param name="Takes">What it is, after "takes": <c>a number from 0 to 65535</c>.</param>
/// <param name="Parse">Reads it; throws <see cref="FormatException"/> or <see cref="ArgumentException"/> if it is none.</param>
/// <param name="Format">Writes it, as <paramref name="Parse"/> reads it.</param>
internal sealed record ValueKind<T>(string Placeholder, string Takes, Func<string, T> Parse, Func<T, string> Format)
{
    /// <summary>The same, with a text for "none".</summary>
    internal ValueKind<TOptional> OrNone<TOptional>(Func<T, TOptional> some, TOptional none, Func<TOptional, T> value) => new(
        Placeholder,
        Takes + " or none",
        text => text == "none" ? none : some(Parse(text)),
        optional => EqualityComparer<TOptional>.Default.Equals(optional, none) ? "none" : Format(value(optional)));
}
