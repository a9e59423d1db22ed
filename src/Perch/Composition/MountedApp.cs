namespace Perch;

/// <summary>One app of a mount, with its lifespan while there is one.</summary>
internal sealed class MountedApp(GatewayApp app)
{
    private Dictionary<string, object?> _around = [];
    private volatile LifespanRunner? _lifespan;

    internal GatewayApp App => app;

    internal async Task StartAsync(IDictionary<string, object?> around, IServiceProvider? services)
    {
        _around = new Dictionary<string, object?>(around);
        var lifespan = new LifespanRunner(app, LifespanMode.Auto, new Dictionary<string, object?>(around), services);
        await lifespan.StartAsync(CancellationToken.None).ConfigureAwait(false);
        _lifespan = lifespan;
    }

    internal async Task StopAsync()
    {
        if (_lifespan is not { } lifespan)
        {
            return;
        }

        try
        {
            await lifespan.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _lifespan = null;
        }
    }

    /// <summary>
    /// The state for one request: what it brings, and above it what the app's startup stored. Null if that is nothing: the request's state
    /// does as it is.
    /// </summary>
    internal Dictionary<string, object?>? StateFor(Scope scope)
    {
        if (_lifespan is not { State.Count: > 0 } lifespan)
        {
            return null;
        }

        var state = new Dictionary<string, object?>(scope.State);
        foreach ((string key, object? value) in lifespan.State)
        {
            // What came from around the mount is the request's own by now: middleware may have changed it for this request.
            if (!_around.TryGetValue(key, out object? original) || !ReferenceEquals(original, value))
            {
                state[key] = value;
            }
        }

        return state;
    }
}
