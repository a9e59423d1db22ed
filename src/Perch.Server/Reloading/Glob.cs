using System.Text;
using System.Text.RegularExpressions;

namespace Perch.Server.Reloading;

/// <summary>
/// A pattern of paths, as shells have it: <c>*</c>, <c>?</c> and <c>[a-z]</c> match within a name, <c>**</c> any number of folders. A relative
/// one matches the end of a path; one that matches a folder matches all below it.
/// </summary>
internal sealed class Glob
{
    private static readonly RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
        | (OperatingSystem.IsLinux() ? RegexOptions.None : RegexOptions.IgnoreCase);

    private readonly Regex _regex;

    /// <exception cref="ArgumentException">It is empty, or has a bracket that is not closed.</exception>
    internal Glob(string pattern)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        IsRooted = Path.IsPathRooted(pattern);
        string path = Slashes(pattern).TrimEnd('/');
        path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        _regex = new Regex($"^{(IsRooted ? "" : "(?:.*/)?")}{Translate(path)}(?:/.*)?$", Options);
    }

    /// <summary>Whether it is of whole paths, from the root.</summary>
    internal bool IsRooted { get; }

    /// <param name="path">A path with slashes.</param>
    internal bool Matches(string path) => _regex.IsMatch(path);

    /// <summary>A path as patterns have it.</summary>
    internal static string Slashes(string path) => Path.DirectorySeparatorChar == '/' ? path : path.Replace('\\', '/');

    private static string Translate(string pattern)
    {
        var regex = new StringBuilder();
        for (int at = 0; at < pattern.Length; at++)
        {
            ReadOnlySpan<char> rest = pattern.AsSpan(at);
            if (rest.StartsWith("**/"))
            {
                regex.Append("(?:.*/)?");
                at += 2;
            }
            else if (rest.StartsWith("**"))
            {
                regex.Append(".*");
                at++;
            }
            else if (rest[0] == '[')
            {
                at += Class(rest, regex);
            }
            else
            {
                regex.Append(rest[0] switch { '*' => "[^/]*", '?' => "[^/]", var letter => Regex.Escape(letter.ToString()) });
            }
        }

        return regex.ToString();
    }

    /// <summary>A bracket expression; a closing bracket that comes first is one of its members.</summary>
    /// <returns>How many characters it has after the first.</returns>
    private static int Class(ReadOnlySpan<char> rest, StringBuilder regex)
    {
        int first = rest.Length > 1 && rest[1] is '!' or '^' ? 2 : 1;
        int end = first + 1 < rest.Length ? rest[(first + 1)..].IndexOf(']') + first + 1 : 0;
        if (end <= first)
        {
            throw new ArgumentException($"In '{rest}' a bracket is not closed.");
        }

        string members = rest[first..end].ToString().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal);
        regex.Append('[').Append(first == 2 ? "^" : "").Append(members.StartsWith('^') ? @"\" : "").Append(members).Append(']');
        return end;
    }
}
