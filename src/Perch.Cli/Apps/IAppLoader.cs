using Perch.Server.Reloading;

namespace Perch.Cli.Apps;

/// <summary>Loads apps of one kind.</summary>
internal interface IAppLoader
{
    /// <summary>Whether its apps have worker processes of their own, so that the server has only one.</summary>
    bool HasOwnWorkers { get; }

    /// <summary>Whether the target looks like one of its kind.</summary>
    bool Takes(AppTarget target);

    /// <summary>Loads it.</summary>
    /// <param name="target">What to load.</param>
    /// <param name="options">How.</param>
    /// <exception cref="AppNotLoadedException">It cannot be loaded.</exception>
    Task<LoadedApp> LoadAsync(AppTarget target, AppLoadOptions options);

    /// <summary>An app of its kind, for workers that are replaced when it changes; null where <see cref="LoadedApp.Reload"/> does without.</summary>
    /// <exception cref="AppNotLoadedException">There is no such file.</exception>
    IReloadableApp? Reloadable(AppTarget target, AppLoadOptions options);
}
