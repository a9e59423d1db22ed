using System.Reflection;
using Perch.Server.Reloading;

namespace Perch.Cli.Apps;

/// <summary><c>MyApp.dll:Namespace.Type.Member</c>.</summary>
internal sealed class AssemblyAppLoader : IAppLoader
{
    public bool HasOwnWorkers => false;

    public bool Takes(AppTarget target) =>
        target.File.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || target.File.EndsWith(".exe", StringComparison.OrdinalIgnoreCase);

    public Task<LoadedApp> LoadAsync(AppTarget target, AppLoadOptions options)
    {
        string path = target.PathIn(options.Directory);
        Assembly assembly;
        try
        {
            assembly = new AppLoadContext(path).LoadFromAssemblyPath(path);
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileLoadException)
        {
            throw new AppNotLoadedException($"{path} is not a .NET assembly that can be loaded: {exception.Message}", exception);
        }

        return Task.FromResult(new LoadedApp(new AppMember(assembly, target.Member).Get(options.IsFactory)));
    }

    public IReloadableApp Reloadable(AppTarget target, AppLoadOptions options) => new ReloadableAssembly(target.PathIn(options.Directory));
}
