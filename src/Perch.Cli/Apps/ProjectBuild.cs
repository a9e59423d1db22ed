using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Perch.Cli.Apps;

/// <summary>A build of a project.</summary>
/// <param name="Assembly">The assembly that it made.</param>
/// <param name="Projects">The projects that it refers to, directly or by others.</param>
internal sealed record ProjectBuild(string Assembly, IReadOnlyList<string> Projects)
{
    /// <summary>Builds a project, with those that it refers to.</summary>
    /// <param name="project">The project's file.</param>
    /// <param name="cancellation">Ends the build's processes.</param>
    /// <exception cref="AppNotLoadedException">
    /// The build failed, and its errors have been written to standard error; or it made no one assembly.
    /// </exception>
    internal static async Task<ProjectBuild> RunAsync(string project, CancellationToken cancellation)
    {
        // On standard output the properties that are asked for, as JSON. What is wrong comes before it.
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["build", project, "-nologo", "-v", "quiet", "--tl:off", "-clp:NoSummary", "-nodeReuse:false", "-t:Build", "-getProperty:TargetPath,ProjectAssetsFile"])
        {
            RedirectStandardOutput = true,
        };
        using Process build = Start(start);
        string output;
        try
        {
            output = await build.StandardOutput.ReadToEndAsync(cancellation);
            await build.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }

        int properties = output.LastIndexOf("\"Properties\"", StringComparison.Ordinal);
        int json = properties < 0 ? output.Length : output.LastIndexOf('{', properties);
        if (build.ExitCode != 0)
        {
            await Console.Error.WriteAsync(output[..json]);
            throw new AppNotLoadedException($"The build of {project} failed.");
        }

        using JsonDocument made = JsonDocument.Parse(output.AsMemory(json));
        JsonElement values = made.RootElement.GetProperty("Properties");
        string assembly = values.GetProperty("TargetPath").GetString()!;
        if (assembly.Length == 0)
        {
            throw new AppNotLoadedException(
                $"{project} has no one assembly, as it is with several target frameworks: name the assembly of one, such as bin/Debug/net10.0/{Path.GetFileNameWithoutExtension(project)}.dll.");
        }

        return new(assembly, ProjectsOf(project, values.GetProperty("ProjectAssetsFile").GetString()!));
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new AppNotLoadedException($"{start.FileName} cannot be started, which is to build the project: {exception.Message}", exception);
        }
    }

    /// <summary>What NuGet has found out about references: a library of the type "project" has its path, from the project's folder.</summary>
    private static IReadOnlyList<string> ProjectsOf(string project, string assetsFile)
    {
        if (!File.Exists(assetsFile))
        {
            return [];
        }

        using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(assetsFile));
        return
        [
            .. assets.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(static library => library.Value.GetProperty("type").ValueEquals("project"))
                .Select(library => Path.GetFullPath(library.Value.GetProperty("path").GetString()!, Path.GetDirectoryName(project)!)),
        ];
    }
}
