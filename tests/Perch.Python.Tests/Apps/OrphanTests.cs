using Perch.Python.Tests.Support;

namespace Perch.Python.Tests.Apps;

/// <summary>A host that is killed.</summary>
public sealed class OrphanTests
{
    [PythonFact]
    public async Task HostIsKilled_LeavesNoProcessAndNoFileBehind()
    {
        await using SampleProcess sample = await SampleProcess.StartAsync("PythonApp", "--port", "0");
        Assert.Equal("Hello, World!", await sample.Client.GetStringAsync(new Uri("/", UriKind.Relative)));
        int worker = Assert.Single(sample.Children);
        Assert.Empty(Directory.GetFileSystemEntries(sample.Temporary, "perch-*"));
        sample.Kill();
        await Eventually.True(() => !File.Exists($"/proc/{worker}/stat"), $"the end of worker {worker}");
        Assert.Empty(Directory.GetFileSystemEntries(sample.Temporary, "perch-*"));
    }
}
