using System.ComponentModel;
using System.Diagnostics;

namespace Perch.Python.Workers;

/// <summary>An interpreter that is there and new enough.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Version">Its version.</param>
internal sealed record PythonInterpreter(string Path, Version Version)
{
    /// <summary>What worker.py needs.</summary>
    private static readonly Version Oldest = new(3, 8);

    private static readonly string[] Names = ["python3", "python"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Finds the interpreter that the options name, or the one that is closest to the app.</summary>
    /// <param name="options">The options.</param>
    /// <param name="variable">The environment.</param>
    /// <exception cref="PythonAppException">There is none; the message lists what was tried.</exception>
    internal static PythonInterpreter Find(PythonAppOptions options, Func<string, string?> variable)
    {
        List<string> tried = [];
        foreach ((string source, string path) in Candidates(options, variable))
        {
            if (!File.Exists(path))
            {
                tried.Add($"{source}: there is no {path}");
                continue;
            }

            (Version? version, string? fault) = Probe(path);
            if (version >= Oldest)
            {
                return new PythonInterpreter(path, version);
            }

            tried.Add(version is null ? $"{source}: {path} {fault}" : $"{source}: {path} is Python {version}");
        }

        throw new PythonAppException(
            $"No Python {Oldest} or newer was found.{string.Concat(tried.Select(line => $"{System.Environment.NewLine}  {line}"))}");
    }

    private static IEnumerable<(string Source, string Path)> Candidates(PythonAppOptions options, Func<string, string?> variable)
    {
        string[] folders = (variable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (options.Python is { Length: > 0 } named)
        {
            // What is asked for by name is not replaced by something else.
            return named.Contains('/', StringComparison.Ordinal)
                ? [("the option Python", System.IO.Path.GetFullPath(named))]
                : folders.Select(folder => ($"the option Python, '{named}' on the PATH", System.IO.Path.Combine(folder, named)));
        }

        IEnumerable<string> environments = new[] { options.AppDirectory, Directory.GetCurrentDirectory() }
            .OfType<string>().Select(System.IO.Path.GetFullPath).Distinct();
        return
        [
            .. variable("VIRTUAL_ENV") is { Length: > 0 } active ? new[] { ("VIRTUAL_ENV", InEnvironment(active)) } : [],
            .. environments.Select(folder => (".venv", InEnvironment(System.IO.Path.Combine(folder, ".venv")))),
            .. Names.SelectMany(name => folders.Select(folder => ("PATH", System.IO.Path.Combine(folder, name)))),
        ];
    }

    private static string InEnvironment(string folder) => System.IO.Path.Combine(folder, "bin", "python");

    private static (Version? Version, string? Fault) Probe(string path)
    {
        // One argument, which Python 2 prints as it is, too.
        var start = new ProcessStartInfo(path, ["-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return (null, $"does not answer within {Patience.TotalSeconds} s");
            }

            return Version.TryParse(output.Result.Trim(), out Version? version)
                ? (version, null)
                : (null, $"does not tell its version: {errors.Result.Trim()}");
        }
        catch (Win32Exception exception)
        {
            return (null, $"cannot be started: {exception.Message}");
        }
    }
}
