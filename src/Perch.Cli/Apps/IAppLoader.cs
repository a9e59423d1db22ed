namespace Perch.Cli.Apps;

/// <summary>Loads apps of one kind.</summary>
internal interface IAppLoader
{
    /// <summary>Whether the target looks like one of its kind.</summary>
    bool Takes(AppTarget target);

    /// <summary>Loads it.</summary>
    /// <param name="target">What to load.</param>
    /// <param name="isFactory">Whether the member is a function that makes the app.</param>
    /// <exception cref="AppNotLoadedException">It cannot be loaded.</exception>
    Task<GatewayApp> LoadAsync(AppTarget target, bool isFactory);
}
