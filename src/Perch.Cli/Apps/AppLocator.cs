namespace Perch.Cli.Apps;

/// <summary>Finds the app that the command line names.</summary>
internal static class AppLocator
{
    private static readonly IAppLoader[] Loaders = [new AssemblyAppLoader(), new ProjectAppLoader()];

    /// <exception cref="AppNotLoadedException">There is no such app.</exception>
    internal static Task<GatewayApp> LoadAsync(AppTarget target, bool isFactory)
    {
        IAppLoader loader = Array.Find(Loaders, loader => loader.Takes(target))
            ?? throw new AppNotLoadedException($"'{target.File}' is neither an assembly (MyApp.dll) nor a project (MyApp.csproj).");
        return loader.LoadAsync(target, isFactory);
    }
}
