namespace Perch.Cli.Apps;

/// <summary>Finds who loads the app that the command line names.</summary>
internal static class AppLocator
{
    private static readonly IAppLoader[] Loaders = [new AssemblyAppLoader(), new ProjectAppLoader(), new PythonAppLoader()];

    /// <exception cref="AppNotLoadedException">There is no such kind of app.</exception>
    internal static IAppLoader Find(AppTarget target)
    {
        if (Path.GetExtension(target.File) == ".py")
        {
            // A module of a package may be called py; a file's name is what is meant.
            string folder = Path.GetDirectoryName(target.File) is { Length: > 0 } given ? $" --app-dir {given}" : "";
            throw new AppNotLoadedException($"A Python app is named by its module: {Path.GetFileNameWithoutExtension(target.File)}:{target.Member}{folder}.");
        }

        return Array.Find(Loaders, loader => loader.Takes(target))
            ?? throw new AppNotLoadedException($"'{target.File}' is neither an assembly (MyApp.dll) nor a project (MyApp.csproj) nor a Python module (main).");
    }
}
