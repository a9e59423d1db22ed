namespace Perch;

/// <summary>
/// Joins apps under path prefixes to one app. The longest prefix that fits wins, on whole segments: <c>/api</c> takes <c>/api</c> and
/// <c>/api/x</c>, not <c>/apis</c>.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>An app gets a scope with <see cref="RequestScope.RootPath"/> extended by its prefix and <see cref="RequestScope.Path"/> unchanged;
/// it routes by <see cref="RequestScope.RoutePath"/>. Prefixes are compared with that path as well, so mounts nest.</item>
/// <item>What fits no prefix goes to the fallback; without one, HTTP gets 404 and a WebSocket is closed before it is accepted (403). Scopes
/// without a path (TCP) go to the fallback, too.</item>
/// <item>The lifespan goes to each app once, the fallback last, also if it is mounted twice: started in the order of mounting, stopped in
/// the reverse order. If one fails to start, those before it are stopped, and the startup fails with its message. An app that throws
/// <see cref="UnsupportedScopeException"/> has no lifespan.</item>
/// <item>Each app has a state of its own, which begins with the entries of the state around the mount; its requests see a shallow copy. One
/// host at a time can run the lifespan of a mount.</item>
/// </list>
/// <code>
/// GatewayApp app = new Mount()
///     .Add("/api", Api)
///     .Add("/files", Files)
///     .AddFallback(Site)
///     .Build();
/// </code>
/// </remarks>
public sealed class Mount
{
    private readonly List<(string Prefix, GatewayApp App)> _mounts = [];
    private GatewayApp? _fallback;

    /// <summary>Mounts an app.</summary>
    /// <param name="prefix">
    /// Where: <c>/api</c>, <c>/api/v2</c>. It begins with a slash and does not end with one, is compared with the decoded path, and with
    /// regard to case.
    /// </param>
    /// <param name="app">The app.</param>
    /// <returns>This mount.</returns>
    /// <exception cref="ArgumentException">The prefix is ill-formed, or taken.</exception>
    public Mount Add(string prefix, GatewayApp app)
    {
        ArgumentNullException.ThrowIfNull(app);
        MountPrefix.Check(prefix);
        if (_mounts.Exists(mount => mount.Prefix == prefix))
        {
            throw new ArgumentException($"An app is mounted under '{prefix}' already.", nameof(prefix));
        }

        _mounts.Add((prefix, app));
        return this;
    }

    /// <summary>Sets the app for what fits no prefix; its <see cref="RequestScope.RootPath"/> is that of the mount.</summary>
    /// <returns>This mount.</returns>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public Mount AddFallback(GatewayApp app)
    {
        ArgumentNullException.ThrowIfNull(app);
        _fallback = _fallback is null ? app : throw new InvalidOperationException("The mount has a fallback already.");
        return this;
    }

    /// <summary>Makes the app. What is added to the mount later does not change it.</summary>
    public GatewayApp Build() => new MountedApps(_mounts, _fallback).RunAsync;
}
