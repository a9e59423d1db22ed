namespace Perch.Server.Layers;

/// <summary>A field of <c>--header</c>: <c>name: value</c>.</summary>
internal static class HeaderSyntax
{
    /// <exception cref="FormatException">It has no colon, or what is before or after it cannot be in a field (RFC 9110 §5).</exception>
    internal static Header Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw new FormatException();
        }

        Header header = (text[..colon].ToLowerInvariant(), text[(colon + 1)..].Trim());
        ReadOnlySpan<byte> name = header.Name.Span;

        // The connection's own fields are the server's to write: with one of them the framing could be wrong (RFC 9112 §6).
        if (!HeaderRules.IsToken(name) || !HeaderRules.IsValue(header.Value.Span) || HeaderRules.IsConnectionSpecific(name) || header.Is("content-length"))
        {
            throw new FormatException();
        }

        return header;
    }
}
