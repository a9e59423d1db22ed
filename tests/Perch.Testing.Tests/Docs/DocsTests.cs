using System.Text.RegularExpressions;

namespace Perch.Testing.Tests.Docs;

public sealed partial class DocsTests
{
    [Fact]
    public void Each_example_of_the_docs_is_one_that_runs_here()
    {
        string docs = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Docs", "testing.md")).ReplaceLineEndings("\n");
        string source = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Docs", "Examples.cs")).ReplaceLineEndings("\n");

        Dictionary<string, string> shown = Snippet().Matches(docs).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        Dictionary<string, string> run = Region().Matches(source).ToDictionary(
            match => match.Groups[1].Value, match => Indentation().Replace(match.Groups[2].Value, ""));

        Assert.Equal(run.Keys.Order(), shown.Keys.Order());
        Assert.All(run, example => Assert.Equal(example.Value, shown[example.Key]));
        Assert.Equal(shown.Count, Fence().Count(docs));
    }

    [GeneratedRegex("<!-- example: (\\S+) -->\n```csharp\n(.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("    #region (\\S+)\n(.*?)    #endregion\n", RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex("^    ", RegexOptions.Multiline)]
    private static partial Regex Indentation();

    [GeneratedRegex("^```csharp$", RegexOptions.Multiline)]
    private static partial Regex Fence();
}
