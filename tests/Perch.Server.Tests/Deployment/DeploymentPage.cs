using System.Text.RegularExpressions;
using Perch.Tests.Shared;

namespace Perch.Server.Tests.Deployment;

/// <summary>docs/deployment.md, whose files are taken from it and run.</summary>
internal static partial class DeploymentPage
{
    private static readonly string Text = File.ReadAllText(PublicApiLister.RepositoryFile("docs/deployment.md"));

    /// <summary>The only block of a language.</summary>
    internal static string Block(string language) => Blocks().Single(block => block.Groups["language"].Value == language).Groups["text"].Value;

    /// <summary>The block below a file's name.</summary>
    internal static string FileOf(string name) =>
        Blocks().Single(block => Text[..block.Index].TrimEnd().EndsWith($"/{name}`", StringComparison.Ordinal)).Groups["text"].Value;

    /// <summary>The options of the command in the text that has one of them.</summary>
    internal static string[] OptionsWith(string option) =>
        Command().Matches(Text).Select(match => match.Groups["options"].Value.Split(' ')).Single(options => options.Contains(option));

    private static MatchCollection Blocks() => Fence().Matches(Text);

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`perch run … (?<options>[^`]+)`")]
    private static partial Regex Command();
}
