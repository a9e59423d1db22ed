using System.Text.RegularExpressions;
using Perch.Tests.Shared;

namespace Perch.Tests.Docs;

/// <summary>
/// A page of docs/ with parts that are made from the code. With the environment variable <c>PERCH_UPDATE_DOCS=1</c> the tests write them anew.
/// </summary>
internal sealed partial class DocFile(string relative)
{
    private readonly string _path = PublicApiLister.RepositoryFile(relative);

    internal static bool Update => Environment.GetEnvironmentVariable("PERCH_UPDATE_DOCS") == "1";

    internal string Text => File.ReadAllText(_path);

    /// <summary>The text of a file of the repository.</summary>
    internal static string Read(string relative) => File.ReadAllText(PublicApiLister.RepositoryFile(relative));

    /// <summary>The regions of a source file by name: what stands between "// doc: name" and "// end", moved to the left.</summary>
    internal static Dictionary<string, string> Regions(string source) =>
        RegionPattern().Matches(source).ToDictionary(match => match.Groups["name"].Value, match => Dedent(match.Groups["code"].Value));

    /// <summary>The names of the parts that are made: each stands between "&lt;!-- name --&gt;" and "&lt;!-- end --&gt;".</summary>
    internal IEnumerable<string> Parts() => PartPattern().Matches(Text).Select(match => match.Groups["name"].Value);

    /// <summary>Compares a part with what the code says, or writes it.</summary>
    internal void Check(string name, string expected)
    {
        string before = $"<!-- {name} -->\n";
        string text = Text;
        int start = text.IndexOf(before, StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
        Assert.True(end >= 0, $"{relative} has no part between '<!-- {name} -->' and '<!-- end -->'.");
        start += before.Length;
        if (text[start..end] == expected)
        {
            return;
        }

        Assert.True(Update, $"The part '{name}' of {relative} is not what the code says. Run the tests with PERCH_UPDATE_DOCS=1 and commit the page.\nExpected:\n{expected}\nThere is:\n{text[start..end]}");
        File.WriteAllText(_path, text[..start] + expected + text[end..]);
    }

    private static string Dedent(string code)
    {
        string[] lines = code.TrimEnd().Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart(' ').Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line)) + "\n";
    }

    [GeneratedRegex(@"^ *// doc: (?<name>\S+)\n(?<code>.*?)^ *// end$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex RegionPattern();

    [GeneratedRegex("^<!-- (?<name>(?!end)[^>]+) -->$", RegexOptions.Multiline)]
    private static partial Regex PartPattern();
}
