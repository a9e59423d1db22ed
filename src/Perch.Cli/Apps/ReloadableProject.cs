using Perch.Server;
using Perch.Server.Reloading;
using Perch.Server.Workers;

namespace Perch.Cli.Apps;

/// <summary>A project that is built when its sources change, or those of the projects that it refers to.</summary>
/// <param name="project">The project's file.</param>
internal sealed class ReloadableProject(string project) : IReloadableApp
{
    private static readonly string[] Sources =
        ["*.cs", "*.fs", "*.vb", "*.csproj", "*.fsproj", "*.vbproj", "*.props", "*.targets", "*.resx", "appsettings*.json"];

    public WatchedFiles Files { get; private set; } = FilesOf([project]);

    public async Task<AppGeneration> MakeAsync(CancellationToken cancellation)
    {
        try
        {
            ProjectBuild build = await ProjectBuild.RunAsync(project, cancellation);
            Files = FilesOf([project, .. build.Projects]);
            return await Task.Run(() => ReloadableAssembly.CopyOf(build.Assembly), cancellation);
        }
        catch (AppNotLoadedException exception)
        {
            throw new GatewayServerStartException(exception.Message, exception);
        }
    }

    private static WatchedFiles FilesOf(IEnumerable<string> projects) =>
        new([.. projects.Select(static file => Path.GetDirectoryName(file)!)], Sources, ["bin", "obj"]);
}
