using System.Text;

namespace Perch.Http.Parsing;

/// <summary>RFC 9110 5.6.1: values that are lists, <c>#element</c>, with empty elements ignored.</summary>
internal static class FieldList
{
    /// <summary>Whether a token, in any case, is an element of the list. An element with a parameter is another element.</summary>
    internal static bool Contains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        while (true)
        {
            var comma = list.IndexOf((byte)',');
            if (Ascii.EqualsIgnoreCase(Trim(comma < 0 ? list : list[..comma]), token)) return true;
            if (comma < 0) return false;
            list = list[(comma + 1)..];
        }
    }

    // RFC 9110 5.6.3: OWS = *( SP / HTAB )
    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);
}
