using System.Diagnostics;

namespace Perch.Python.Tests.Support;

/// <summary>The interpreters of this machine that are new enough.</summary>
internal static class PythonInterpreters
{
    /// <summary>The one that the system's packages are installed for, where there is one.</summary>
    internal const string System = "/usr/bin/python3";

    private static readonly Lazy<string[]> Found = new(Find);

    /// <summary>All of them, one of each version.</summary>
    internal static string[] All => Found.Value;

    /// <summary>The one that tests of the bridge run on: the system's, which has uvloop, or the first that there is.</summary>
    internal static string Any => Array.Find(All, path => path == System) ?? All[0];

    /// <summary>Why tests are skipped, or null.</summary>
    internal static string? WhyMissing => All.Length == 0 ? "there is no python3 of version 3.8 or newer" : null;

    /// <summary>Runs a script and returns what it printed.</summary>
    internal static string Run(string interpreter, string script, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(interpreter, ["-I", "-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{interpreter}: {errors.Result}");
    }

    /// <summary>Why the tests of some modules are skipped, or null if the system's interpreter has them.</summary>
    internal static string? WhyModuleMissing(params string[] modules)
    {
        try
        {
            Run(System, $"import {string.Join(", ", modules)}");
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or global::System.ComponentModel.Win32Exception)
        {
            return $"{System} has no {string.Join(", ", modules)}";
        }
    }

    private static string[] Find()
    {
        List<string> candidates = [System];
        candidates.AddRange((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "python3")));
        string pyenv = Path.Combine(Environment.GetEnvironmentVariable("PYENV_ROOT") ?? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".pyenv"), "versions");
        if (Directory.Exists(pyenv))
        {
            candidates.AddRange(Directory.GetDirectories(pyenv).Select(version => Path.Combine(version, "bin", "python3")));
        }

        var versions = new Dictionary<Version, string>();
        foreach (string candidate in candidates.Where(File.Exists))
        {
            try
            {
                var version = new Version(Run(candidate, "import sys; print('%d.%d' % sys.version_info[:2])"));
                if (version >= new Version(3, 8))
                {
                    versions.TryAdd(version, candidate);
                }
            }
            catch (InvalidOperationException)
            {
                // A shim without a version behind it.
            }
        }

        return [.. versions.Values];
    }
}
