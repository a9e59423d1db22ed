using System.Diagnostics;

namespace Perch.Tests.Shared.Processes;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    internal string Path { get; } = Directory.CreateTempSubdirectory("perch-test-").FullName;

    /// <summary>The path of a file in it.</summary>
    internal string File(string name) => System.IO.Path.Combine(Path, name);

    internal void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);

    public void Dispose()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException) when (!Directory.Exists(Path))
            {
                return;
            }
            catch (IOException) when (clock.Elapsed < Longest)
            {
                // A process that a killed one had started may write its last into it still.
                Thread.Sleep(20);
            }
        }
    }
}
