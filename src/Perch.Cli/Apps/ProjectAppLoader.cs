using System.Diagnostics;

namespace Perch.Cli.Apps;

/// <summary><c>MyApp.csproj:Namespace.Type.Member</c>: the project is built, and its assembly loaded.</summary>
internal sealed class ProjectAppLoader : IAppLoader
{
    private static readonly string[] Extensions = [".csproj", ".fsproj", ".vbproj"];

    public bool HasOwnWorkers => false;

    public bool Takes(AppTarget target) => Extensions.Contains(Path.GetExtension(target.File), StringComparer.OrdinalIgnoreCase);

    public async Task<LoadedApp> LoadAsync(AppTarget target, AppLoadOptions options)
    {
        string project = Path.GetFullPath(target.File, Path.GetFullPath(options.Directory ?? "."));
        if (!File.Exists(project))
        {
            throw new AppNotLoadedException($"There is no file {project}.");
        }

        string assembly = await BuildAsync(project);
        return await new AssemblyAppLoader().LoadAsync(target with { File = assembly }, options);
    }

    /// <summary>Builds a project.</summary>
    /// <returns>The path of its assembly.</returns>
    /// <exception cref="AppNotLoadedException">The build failed; its errors have been written to standard error.</exception>
    private static async Task<string> BuildAsync(string project)
    {
        // One line on standard output: the property that is asked for. What is wrong comes before it.
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["build", project, "-nologo", "-v", "quiet", "--tl:off", "-clp:NoSummary", "-t:Build", "-getProperty:TargetPath"])
        {
            RedirectStandardOutput = true,
        };
        using Process build = Process.Start(start) ?? throw new AppNotLoadedException("dotnet could not be started, which is to build the project.");
        string output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        if (build.ExitCode != 0)
        {
            await Console.Error.WriteAsync(output);
            throw new AppNotLoadedException($"The build of {project} failed.");
        }

        return output.Trim();
    }
}
