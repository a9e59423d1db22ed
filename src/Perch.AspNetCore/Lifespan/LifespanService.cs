using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Perch.AspNetCore.Lifespan;

/// <summary>
/// Runs the lifespans of a host's gateway apps: all are started before the host's other services, so before the server listens, and
/// stopped after them, when the last connection is closed.
/// </summary>
internal sealed partial class LifespanService(
    IOptions<GatewayOptions> options, IOptions<HostOptions> host, IServiceProvider services, ILogger<LifespanService> logger, TimeProvider? time = null)
    : IHostedLifecycleService, ILifespans, IAsyncDisposable, IDisposable
{
    private readonly List<LifespanRunner> _runners = [];
    private readonly Lock _lock = new();
    private bool _started;

    /// <inheritdoc/>
    public LifespanRunner Add(GatewayApp app)
    {
        LifespanRunner runner;
        lock (_lock)
        {
            if (_runners.Find(known => known.App == app) is { } present)
            {
                return present;
            }

            runner = new LifespanRunner(app, options.Value.Lifespan, services: services);
            _runners.Add(runner);
            if (!_started)
            {
                return runner;
            }
        }

        // A host that builds its pipeline when it starts (a Startup class) gets here after StartingAsync and before the server
        // listens, in code that cannot await.
        StartAsync(runner, CancellationToken.None).GetAwaiter().GetResult();
        return runner;
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        LifespanRunner[] runners;
        lock (_lock)
        {
            _started = true;
            runners = [.. _runners];
        }

        foreach (LifespanRunner runner in runners)
        {
            await StartAsync(runner, cancellationToken);
        }
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        List<Exception> failures = await StopAllAsync(cancellationToken);
        if (failures.Count > 0)
        {
            throw failures.Count == 1 ? failures[0] : new AggregateException(failures);
        }
    }

    /// <summary>
    /// A host that failed to start (another app's startup, an address that is taken) is not stopped, only disposed of; what has started
    /// is to end all the same.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        // As when the host stops: an app that takes longer is left.
        using var timeout = new CancellationTokenSource(host.Value.ShutdownTimeout);
        await StopAllAsync(timeout.Token);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<List<Exception>> StopAllAsync(CancellationToken cancellationToken)
    {
        LifespanRunner[] runners;
        lock (_lock)
        {
            runners = [.. _runners];
        }

        List<Exception> failures = [];
        foreach (LifespanRunner runner in runners.Reverse())
        {
            try
            {
                await runner.StopInTimeAsync(time ?? TimeProvider.System, cancellationToken);
            }
            catch (LifespanFailedException exception)
            {
                // The other apps are to be stopped all the same.
                LogShutdownFailed(logger, exception.Message, exception);
                failures.Add(exception);
            }
        }

        return failures;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StartAsync(LifespanRunner runner, CancellationToken cancellation)
    {
        try
        {
            await runner.StartAsync(cancellation);
        }
        catch (LifespanFailedException exception)
        {
            LogStartupFailed(logger, exception.Message, exception);
            throw;
        }
    }

    [LoggerMessage(20, LogLevel.Critical, "The app's startup failed: {Reason}", EventName = "LifespanStartupFailed")]
    private static partial void LogStartupFailed(ILogger logger, string reason, Exception exception);

    [LoggerMessage(21, LogLevel.Error, "The app's shutdown failed: {Reason}", EventName = "LifespanShutdownFailed")]
    private static partial void LogShutdownFailed(ILogger logger, string reason, Exception exception);

    // Next free id: 22. 1 to 19 are GatewayLog's.
}
