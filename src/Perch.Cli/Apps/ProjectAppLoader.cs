using Perch.Server.Reloading;

namespace Perch.Cli.Apps;

/// <summary><c>MyApp.csproj:Namespace.Type.Member</c>: the project is built, and its assembly loaded.</summary>
internal sealed class ProjectAppLoader : IAppLoader
{
    private static readonly string[] Extensions = [".csproj", ".fsproj", ".vbproj"];

    public bool HasOwnWorkers => false;

    public bool Takes(AppTarget target) => Extensions.Contains(Path.GetExtension(target.File), StringComparer.OrdinalIgnoreCase);

    public async Task<LoadedApp> LoadAsync(AppTarget target, AppLoadOptions options)
    {
        ProjectBuild build = await ProjectBuild.RunAsync(target.PathIn(options.Directory), CancellationToken.None);
        return await new AssemblyAppLoader().LoadAsync(target with { File = build.Assembly }, options);
    }

    public IReloadableApp Reloadable(AppTarget target, AppLoadOptions options) => new ReloadableProject(target.PathIn(options.Directory));
}
