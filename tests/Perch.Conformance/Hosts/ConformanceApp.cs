namespace Perch.Conformance.Hosts;

/// <summary>Where the conformance apps were built.</summary>
internal static class ConformanceApp
{
    private const string Solution = "Adapter.sln";

    /// <summary>The assembly of the app in C#, of the configuration that the suite itself was built in.</summary>
    internal static string Assembly { get; } = Find("Conformance");

    /// <summary>The assembly of a sample that has the conformance routes.</summary>
    internal static string Find(string sample)
    {
        // tests/Perch.Conformance/bin/CONFIGURATION/FRAMEWORK
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        DirectoryInfo? root = output;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, Solution)))
        {
            root = root.Parent;
        }

        if (root is null)
        {
            throw new InvalidOperationException($"No {Solution} above {output.FullName}: the suite runs from the repository.");
        }

        string assembly = Path.Combine(root.FullName, "samples", sample, "bin", output.Parent!.Name, output.Name, $"{sample}.dll");
        return File.Exists(assembly) ? assembly : throw new FileNotFoundException("The conformance app has not been built.", assembly);
    }
}
