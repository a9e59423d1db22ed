using System.ComponentModel;
using System.Diagnostics;

namespace Perch.Shared;

/// <summary>Builds the native library of <c>HttpParserKind.Llhttp</c> beside this program, from the sources that Debian's node-llhttp brings.</summary>
internal static class LlhttpBuild
{
    private const string Sources = "/usr/share/llhttp";
    private const string Headers = "/usr/share/include/llhttp";

    private static readonly Lazy<string?> Result = new(Build);

    /// <summary>Why there is no library, or null if there is one.</summary>
    internal static string? Absence => Result.Value;

    /// <summary>The version of the sources: <c>8.1</c>.</summary>
    internal static string Version
    {
        get
        {
            string[] words = File.ReadAllText(Path.Combine(Headers, "llhttp.h")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            string Value(string name) => words[Array.IndexOf(words, name) + 1];
            return $"{Value("LLHTTP_VERSION_MAJOR")}.{Value("LLHTTP_VERSION_MINOR")}";
        }
    }

    private static string? Build()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Sources))
        {
            return "no llhttp sources (Debian: node-llhttp)";
        }

        string binding = Path.Combine(AppContext.BaseDirectory, "perch-llhttp.c");
        string library = Path.Combine(AppContext.BaseDirectory, "libperch-llhttp.so");
        if (File.GetLastWriteTimeUtc(library) > File.GetLastWriteTimeUtc(binding))
        {
            return null;
        }

        // Under another name first: a process that starts meanwhile never loads half a library.
        string unfinished = $"{library}.{Environment.ProcessId}";
        string[] arguments =
        [
            "-O3", "-shared", "-fPIC", "-I", Headers, "-o", unfinished,
            binding, .. Directory.EnumerateFiles(Sources, "*.c"),
        ];
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("cc", arguments) { RedirectStandardError = true })!;
            string errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
            {
                return $"cc: {errors.Split('\n')[0]}";
            }
        }
        catch (Win32Exception)
        {
            return "no C compiler: cc is not on the PATH";
        }

        File.Move(unfinished, library, overwrite: true);
        return null;
    }
}
