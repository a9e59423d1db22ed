using Perch.Testing.Hosting;

namespace Perch.Testing;

/// <summary>
/// Runs an app's lifespan for the length of a test, as a server does: <c>await using var lifespan = await LifespanManager.StartAsync(app)</c>.
/// </summary>
/// <remarks>ASGI Lifespan 2.0.</remarks>
public sealed class LifespanManager : IAsyncDisposable
{
    private readonly LifespanRunner _runner;
    private readonly GatewayTestOptions _options;
    private readonly MessageLog _log;

    private LifespanManager(LifespanRunner runner, GatewayTestOptions options, MessageLog log)
    {
        _runner = runner;
        _options = options;
        _log = log;
    }

    /// <summary>What the app's startup filled. <see cref="GatewayTestOptions.State"/> takes it; each request gets a shallow copy.</summary>
    public IDictionary<string, object?> State => _runner.State;

    /// <summary>Whether the app has a lifespan, and it runs.</summary>
    public bool IsRunning => _runner.IsRunning;

    /// <summary>Starts the app.</summary>
    /// <param name="app">The app.</param>
    /// <param name="options">The time-out and its clock. Defaults to those of <see cref="GatewayTestOptions"/>.</param>
    /// <param name="mode">Whether the app must have a lifespan. Defaults to <see cref="LifespanMode.Auto"/>, as in every host.</param>
    /// <exception cref="LifespanFailedException">The app failed to start.</exception>
    /// <exception cref="TimeoutException">The app did not say in time that it had started, or failed.</exception>
    public static async Task<LifespanManager> StartAsync(GatewayApp app, GatewayTestOptions? options = null, LifespanMode mode = LifespanMode.Auto)
    {
        ArgumentNullException.ThrowIfNull(app);
        var log = new MessageLog();
        var manager = new LifespanManager(new LifespanRunner(Observed(app, log), mode), options ?? new GatewayTestOptions(), log);
        await manager.WaitAsync(manager._runner.StartAsync, "lifespan.startup.complete or lifespan.startup.failed").ConfigureAwait(false);
        return manager;
    }

    /// <summary>Stops the app. What has been stopped, or had no lifespan, is left alone.</summary>
    /// <exception cref="LifespanFailedException">The app failed to stop, or its lifespan had failed since it started.</exception>
    /// <exception cref="TimeoutException">The app did not say in time that it had stopped, or failed.</exception>
    public Task StopAsync() => WaitAsync(_runner.StopAsync, "lifespan.shutdown.complete or lifespan.shutdown.failed");

    /// <summary>Stops the app, as <see cref="StopAsync"/>.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    private static GatewayApp Observed(GatewayApp app, MessageLog log) => (scope, receive, send) => app(
        scope,
        async () =>
        {
            GatewayEvent message = await receive().ConfigureAwait(false);
            log.ToApp(message);
            return message;
        },
        async message =>
        {
            await send(message).ConfigureAwait(false);
            log.FromApp(message);
        });

    private async Task WaitAsync(Func<CancellationToken, Task> step, string awaited)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        try
        {
            await step(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && exception.CancellationToken == timeout.Token)
        {
            throw new TimeoutException(
                $"Waited {_options.Timeout.TotalSeconds:0.###} s in vain for {awaited}. Scope: lifespan. Messages: {_log}.", exception);
        }
    }
}
