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
}
