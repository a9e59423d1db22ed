using System.Buffers;
using System.Text;

namespace Perch;

/// <summary>Makes the value of a <c>location</c> field.</summary>
internal static class LocationText
{
    // RFC 3986 §2: the characters of a URI reference. Everything else is encoded; a backslash most of all, which browsers read as a slash.
    private static readonly SearchValues<char> UriCharacters =
        SearchValues.Create("%-._~:/?#[]@!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <exception cref="ArgumentException">The text cannot be made a location.</exception>
    internal static string Encode(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        if (!location.AsSpan().ContainsAnyExcept(UriCharacters))
        {
            return location;
        }

        var encoded = new StringBuilder(location.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0; i < location.Length;)
        {
            if (!Rune.TryGetRuneAt(location, i, out Rune rune))
            {
                throw new ArgumentException("A location cannot have half a surrogate pair.", nameof(location));
            }

            // Encoded, they would be harmless; but nobody means them, and a location that was put together from input is not to pass unseen.
            if (Rune.IsControl(rune))
            {
                throw new ArgumentException($"A location cannot have a control character (U+{rune.Value:X4}).", nameof(location));
            }

            i += rune.Utf16SequenceLength;
            if (rune.IsAscii && UriCharacters.Contains((char)rune.Value))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                encoded.Append('%').Append(b.ToString("X2", null));
            }
        }

        return encoded.ToString();
    }
}
