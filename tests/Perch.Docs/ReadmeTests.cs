using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Perch.Docs;

/// <summary>What the README says is run.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void TheAppOfTheReadme_IsTheHelloSample() =>
        Assert.Equal(Repository.Read("samples/Hello/Program.cs"), Assert.Single(Repository.Blocks("README.md", "csharp")));

    [Fact]
    public void TheAppOfTheReadme_IsFifteenLinesAtMost() =>
        Assert.InRange(Assert.Single(Repository.Blocks("README.md", "csharp")).Split('\n').Count(line => line.Length > 0), 1, 15);

    [Fact]
    public async Task TheCommandsOfTheReadme_DoWhatItSays()
    {
        IReadOnlyList<string> blocks = Repository.Blocks("README.md", "sh");
        Assert.Equal(4, blocks.Count);
        Assert.Equal("dotnet run --project samples/Hello\n", blocks[0]);
        Assert.Equal("bash tests/run.sh\n", blocks[3]);
        Assert.Contains("bash tests/run.sh", Repository.Read(".ci/run"), StringComparison.Ordinal);

        await using SampleProcess hello = await SampleProcess.RunAsync("samples/Hello", "Now listening on: http://127.0.0.1:8000");
        foreach (string command in blocks[1].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = command.Split(' ');
            using Process? curl = Process.Start(Repository.Command(words[0], ["-sS", "--max-time", "30", .. words[1..]]));
            Assert.Equal("Hello, World!", await curl!.StandardOutput.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task ThePythonAppOfTheReadme_IsServed()
    {
        string[] words = Repository.Blocks("README.md", "sh")[2].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["dotnet", "run", "--project", "src/Perch.Cli", "--"], words[..5]);
        if (!HasPython)
        {
            return;
        }

        await using SampleProcess perch = await SampleProcess.RunAsync("src/Perch.Cli", "listening on http://127.0.0.1:8000", words[5..]);
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(new Uri("http://127.0.0.1:8000/")));
    }

    private static bool HasPython =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(static folder => File.Exists(Path.Combine(folder, "python3")));

    [Fact]
    public void EveryLinkOfADocument_LeadsToAFile()
    {
        foreach (string document in Directory.EnumerateFiles(Repository.Root, "*.md").Concat(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")).Append(Path.Combine(Repository.Root, "samples/README.md")))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(document)))
            {
                string target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups["target"].Value);
                Assert.True(Path.Exists(target), $"{Path.GetRelativePath(Repository.Root, document)} links to {link.Groups["target"].Value}, which is not there");
            }
        }
    }

    [GeneratedRegex(@"\]\((?!https?:|#)(?<target>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
