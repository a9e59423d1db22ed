namespace Perch;

/// <summary>The app that a <see cref="Mount"/> makes.</summary>
internal sealed class MountedApps
{
    private static readonly HttpResponseStart NotFound = new(404, [("content-type", "text/plain; charset=utf-8"), ("content-length", "9")]);
    private static readonly HttpResponseBody NotFoundBody = new("Not Found"u8);
    private static readonly WebSocketClose Refusal = new();

    // Longest first: the first that takes a path is the one.
    private readonly (string Prefix, MountedApp App)[] _mounts;
    private readonly MountedApp? _fallback;

    // Each once, in the order of mounting.
    private readonly MountedApp[] _apps;

    internal MountedApps(IReadOnlyList<(string Prefix, GatewayApp App)> mounts, GatewayApp? fallback)
    {
        var apps = new List<MountedApp>();
        _mounts = [.. mounts.Select(mount => (mount.Prefix, Find(apps, mount.App))).OrderByDescending(mount => mount.Prefix.Length)];
        _fallback = fallback is null ? null : Find(apps, fallback);
        _apps = [.. apps];
    }

    internal Task RunAsync(Scope scope, Receive receive, Send send) => scope switch
    {
        HttpScope http => RunHttpAsync(http, receive, send),
        WebSocketScope webSocket => RunWebSocketAsync(webSocket, receive, send),
        LifespanScope lifespan => RunLifespanAsync(lifespan, receive, send),
        TcpScope tcp when _fallback is not null => _fallback.App(
            _fallback.StateFor(tcp) is { } state ? new TcpScope(tcp) { State = state } : tcp, receive, send),
        _ => throw new UnsupportedScopeException(scope),
    };

    private static MountedApp Find(List<MountedApp> apps, GatewayApp app)
    {
        MountedApp? known = apps.Find(other => other.App == app);
        if (known is null)
        {
            apps.Add(known = new MountedApp(app));
        }

        return known;
    }

    private (string Prefix, MountedApp App)? Match(RequestScope scope)
    {
        string path = scope.RoutePath;
        foreach ((string prefix, MountedApp app) in _mounts)
        {
            if (MountPrefix.Takes(prefix, path))
            {
                return (prefix, app);
            }
        }

        return _fallback is null ? null : ("", _fallback);
    }

    private Task RunHttpAsync(HttpScope scope, Receive receive, Send send)
    {
        if (Match(scope) is not (string prefix, MountedApp mounted))
        {
            return RefuseAsync(send);
        }

        Dictionary<string, object?>? state = mounted.StateFor(scope);
        return mounted.App(
            (prefix.Length, state) switch
            {
                (0, null) => scope,
                (_, null) => new HttpScope(scope) { RootPath = scope.RootPath + prefix },
                _ => new HttpScope(scope) { RootPath = scope.RootPath + prefix, State = state },
            },
            receive,
            send);
    }

    private Task RunWebSocketAsync(WebSocketScope scope, Receive receive, Send send)
    {
        if (Match(scope) is not (string prefix, MountedApp mounted))
        {
            return send(Refusal).AsTask();
        }

        Dictionary<string, object?>? state = mounted.StateFor(scope);
        return mounted.App(
            (prefix.Length, state) switch
            {
                (0, null) => scope,
                (_, null) => new WebSocketScope(scope) { RootPath = scope.RootPath + prefix },
                _ => new WebSocketScope(scope) { RootPath = scope.RootPath + prefix, State = state },
            },
            receive,
            send);
    }

    private static async Task RefuseAsync(Send send)
    {
        await send(NotFound).ConfigureAwait(false);
        await send(NotFoundBody).ConfigureAwait(false);
    }

    private async Task RunLifespanAsync(LifespanScope scope, Receive receive, Send send)
    {
        await receive().ConfigureAwait(false);
        for (int i = 0; i < _apps.Length; i++)
        {
            MountedApp app = _apps[i];
            if (await Attempt.RunAsync(() => app.StartAsync(scope.State, scope.Services)).ConfigureAwait(false) is { } failure)
            {
                failure = Attempt.Join([failure, .. await StopAsync(i).ConfigureAwait(false)])!;
                await send(new LifespanStartupFailed(failure.Message, failure)).ConfigureAwait(false);
                return;
            }
        }

        await send(LifespanStartupComplete.Instance).ConfigureAwait(false);
        await receive().ConfigureAwait(false);
        await send(Attempt.Join(await StopAsync(_apps.Length).ConfigureAwait(false)) is { } fault
            ? new LifespanShutdownFailed(fault.Message, fault)
            : LifespanShutdownComplete.Instance).ConfigureAwait(false);
    }

    /// <summary>Stops the first apps, the last of them first; one that fails does not keep the others running.</summary>
    private async Task<List<Exception?>> StopAsync(int count)
    {
        var failures = new List<Exception?>();
        for (int i = count - 1; i >= 0; i--)
        {
            failures.Add(await Attempt.RunAsync(_apps[i].StopAsync).ConfigureAwait(false));
        }

        return failures;
    }
}
