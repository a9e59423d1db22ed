using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Reloading;

/// <summary>A folder for the temporary files of this process, which other tests share: no two of these tests run at a time, and nothing beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OwnTemporaryFolder : IDisposable
{
    internal const string Name = "own temporary folder";

    private const string Variable = "TMPDIR";

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private readonly TemporaryFolder _folder = new();

    public OwnTemporaryFolder() => Environment.SetEnvironmentVariable(Variable, _folder.Path);

    /// <summary>The names of what is in it.</summary>
    internal IEnumerable<string> Entries => Directory.EnumerateFileSystemEntries(_folder.Path).Select(static path => Path.GetFileName(path));

    internal string File(string name) => _folder.File(name);

    internal void Write(string name, string text) => _folder.Write(name, text);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _folder.Dispose();
    }
}
