using System.Text.RegularExpressions;
using Perch.Tests.Shared;

namespace Perch.Server.Tests.Docs;

/// <summary>docs/server-behaviour.md: every guarantee has its test.</summary>
public sealed partial class ServerBehaviourTests
{
    [Fact]
    public void EveryGuarantee_HasATestOfItsName()
    {
        string[] lines = [.. File.ReadAllLines(PublicApiLister.RepositoryFile("docs/server-behaviour.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line is not ("| guarantee | test |" or "| --- | --- |"))];
        HashSet<string> tests = [.. Directory.EnumerateFiles(PublicApiLister.RepositoryFile("tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => TestMethod().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value)];
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            string name = line.Split('|', StringSplitOptions.TrimEntries)[^2].Trim('`');
            Assert.True(tests.Contains(name), $"There is no test {name}, of: {line}");
        });
    }

    [GeneratedRegex(@"public (async )?(Task|void) (?<name>\w+)\(")]
    private static partial Regex TestMethod();
}
