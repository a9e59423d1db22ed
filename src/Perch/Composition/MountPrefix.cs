namespace Perch;

/// <summary>What a prefix must be, and whether a path is below it.</summary>
internal static class MountPrefix
{
    /// <exception cref="ArgumentException">The prefix is ill-formed.</exception>
    internal static void Check(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        string? fault = prefix switch
        {
            "" or "/" => "it fits every path, which is what AddFallback is for",
            _ when prefix[0] != '/' => "it does not begin with a slash",
            _ when prefix[^1] == '/' => "it ends with a slash: '/api' takes '/api/' as well",
            _ when prefix.Contains("//", StringComparison.Ordinal) => "it has an empty segment",
            _ when prefix.Contains('?', StringComparison.Ordinal) || prefix.Contains('#', StringComparison.Ordinal) => "it is more than a path",
            _ when prefix.Contains('%', StringComparison.Ordinal) => "it is compared with the decoded path: write the characters themselves",
            _ when prefix.Any(char.IsControl) => "it has a control character",
            _ when prefix.Split('/').Any(segment => segment is "." or "..") => "it has a dot segment, which clients resolve before they ask",
            _ => null,
        };

        if (fault is not null)
        {
            throw new ArgumentException($"'{prefix}' cannot be a prefix: {fault}.", nameof(prefix));
        }
    }

    internal static bool Takes(string prefix, string path) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/');
}
