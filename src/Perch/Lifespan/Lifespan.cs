namespace Perch;

/// <summary>Gives an app a lifespan made of two functions.</summary>
public static class Lifespan
{
    /// <summary>
    /// Makes an app that runs <paramref name="start"/> before the server accepts connections and <paramref name="stop"/> after the last one
    /// has ended. An app that has a lifespan itself (a <see cref="Mount"/>, say) is started after <paramref name="start"/> and stopped
    /// before <paramref name="stop"/>.
    /// </summary>
    /// <param name="app">The app; every scope but the lifespan's goes to it as it is.</param>
    /// <param name="start">
    /// Opens what the app needs and puts it into the state, of which every later scope gets a shallow copy. If it throws, the server does
    /// not start, and says the exception's message. Defaults to null: nothing to do.
    /// </param>
    /// <param name="stop">
    /// Closes it again, given the same state. If it throws, the server ends with an error. It runs too if the app's own startup fails after
    /// <paramref name="start"/>. Defaults to null: nothing to do.
    /// </param>
    /// <remarks>
    /// ASGI Lifespan 2.0. The protocol has no cancellation, so the functions get no token: how long they may take is a setting of the host.
    /// <code>
    /// GatewayApp app = Lifespan.WithLifespan(
    ///     Serve,
    ///     start: async state => state["db"] = await Database.OpenAsync(),
    ///     stop: async state => await ((Database)state["db"]!).CloseAsync());
    /// </code>
    /// </remarks>
    public static GatewayApp WithLifespan(
        this GatewayApp app, Func<IDictionary<string, object?>, Task>? start = null, Func<IDictionary<string, object?>, Task>? stop = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        return (scope, receive, send) => scope is LifespanScope lifespan
            ? RunAsync(app, start, stop, lifespan, receive, send)
            : app(scope, receive, send);
    }

    private static async Task RunAsync(
        GatewayApp app, Func<IDictionary<string, object?>, Task>? start, Func<IDictionary<string, object?>, Task>? stop,
        LifespanScope scope, Receive receive, Send send)
    {
        await receive().ConfigureAwait(false);
        var inner = new LifespanRunner(app, LifespanMode.Auto, scope.State, scope.Services);
        if (await StartAsync(inner, start, stop, scope.State).ConfigureAwait(false) is { } startFailure)
        {
            await send(new LifespanStartupFailed(startFailure.Message, startFailure)).ConfigureAwait(false);
            return;
        }

        await send(LifespanStartupComplete.Instance).ConfigureAwait(false);
        await receive().ConfigureAwait(false);
        Exception? innerFailure = await Attempt.RunAsync(() => inner.StopAsync(CancellationToken.None)).ConfigureAwait(false);
        Exception? stopFailure = stop is null ? null : await Attempt.RunAsync(() => stop(scope.State)).ConfigureAwait(false);
        await send(Attempt.Join(innerFailure, stopFailure) is { } failure
            ? new LifespanShutdownFailed(failure.Message, failure)
            : LifespanShutdownComplete.Instance).ConfigureAwait(false);
    }

    private static async Task<Exception?> StartAsync(
        LifespanRunner inner, Func<IDictionary<string, object?>, Task>? start, Func<IDictionary<string, object?>, Task>? stop,
        IDictionary<string, object?> state)
    {
        if (start is not null && await Attempt.RunAsync(() => start(state)).ConfigureAwait(false) is { } ownFailure)
        {
            return ownFailure;
        }

        Exception? failure = await Attempt.RunAsync(() => inner.StartAsync(CancellationToken.None)).ConfigureAwait(false);
        if (failure is null || stop is null)
        {
            return failure;
        }

        return Attempt.Join(failure, await Attempt.RunAsync(() => stop(state)).ConfigureAwait(false));
    }
}
