using System.Text;

namespace Perch;

/// <summary>Between header bytes and strings.</summary>
internal static class HeaderText
{
    /// <summary>Latin-1, refusing what it cannot hold instead of replacing it by '?'.</summary>
    internal static byte[] Encode(string text, string argument)
    {
        foreach (char c in text)
        {
            if (c > 0xFF)
            {
                throw new ArgumentException($"A header holds bytes: U+{(int)c:X4} has no Latin-1 form. Encode it first.", argument);
            }
        }

        return Encoding.Latin1.GetBytes(text);
    }

    /// <summary>
    /// The name in lower case, ASCII letters alone: Unicode's rules would turn U+212A (the Kelvin sign) into a plain k, and so a name that
    /// must be refused into another, valid one.
    /// </summary>
    internal static string LowerName(string name) => name.AsSpan().IndexOfAnyInRange('A', 'Z') < 0
        ? name
        : string.Create(name.Length, name, static (lower, original) =>
        {
            for (int i = 0; i < lower.Length; i++)
            {
                char c = original[i];
                lower[i] = c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;
            }
        });

    /// <summary>The name as a string, without allocating for common names.</summary>
    internal static string DecodeName(ReadOnlySpan<byte> name) => CommonNames.Find(name) ?? Encoding.Latin1.GetString(name);

    /// <summary>RFC 9110 §5.1: field names are case-insensitive.</summary>
    internal static bool NameEquals(ReadOnlySpan<byte> name, ReadOnlySpan<char> text) =>
        name.Length == text.Length && Ascii.EqualsIgnoreCase(name, text);
}
