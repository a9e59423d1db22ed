namespace Perch;

/// <summary>RFC 9110 §8.8.3: entity tags, and the lists of them in conditions.</summary>
internal static class EntityTags
{
    /// <summary>Whether a list (or <c>*</c>) has the tag. A list that is malformed has what stands before the error.</summary>
    /// <param name="list">The value of <c>if-match</c> or <c>if-none-match</c>.</param>
    /// <param name="tag">The present tag.</param>
    /// <param name="weak">Whether tags of equal text match though one is weak: §8.8.3.2.</param>
    internal static bool Matches(string list, string tag, bool weak)
    {
        ReadOnlySpan<char> rest = list.AsSpan().Trim(" \t");
        if (rest is "*")
        {
            return true;
        }

        while (true)
        {
            rest = rest.TrimStart(" \t,");
            int start = rest.StartsWith("W/") ? 2 : 0;
            if (rest.Length < start + 2 || rest[start] != '"')
            {
                return false;
            }

            int length = rest[(start + 1)..].IndexOf('"');
            if (length < 0)
            {
                return false;
            }

            ReadOnlySpan<char> candidate = rest[..(start + length + 2)];
            if (weak ? WeakEquals(candidate, tag) : StrongEquals(candidate, tag))
            {
                return true;
            }

            rest = rest[candidate.Length..];
        }
    }

    internal static bool StrongEquals(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.SequenceEqual(right) && !left.StartsWith("W/");

    private static bool WeakEquals(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => Opaque(left).SequenceEqual(Opaque(right));

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag) => tag.StartsWith("W/") ? tag[2..] : tag;
}
