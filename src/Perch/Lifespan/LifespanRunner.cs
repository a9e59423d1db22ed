using Perch.Messages;

namespace Perch;

/// <summary>
/// Runs an app's lifespan, for every host:
/// <list type="number">
/// <item><see cref="StartAsync"/> calls the app, hands it <c>lifespan.startup</c> and waits for its answer;</item>
/// <item>the app's task waits in <c>receive</c> while the host serves;</item>
/// <item><see cref="StopAsync"/> hands it <c>lifespan.shutdown</c> and waits for its answer.</item>
/// </list>
/// </summary>
internal sealed class LifespanRunner(
    GatewayApp app, LifespanMode mode, IDictionary<string, object?>? state = null, IServiceProvider? services = null)
{
    /// <summary>How long an app may take to shut down when its host's time is over.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly LifespanMessageOrder _order = new();
    private readonly TaskCompletionSource _startup = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<GatewayEvent> _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _run;
    private int _received;

    /// <summary>What the startup filled; every scope of the app gets a shallow copy.</summary>
    internal IDictionary<string, object?> State { get; } = state ?? new Dictionary<string, object?>();

    /// <summary>Whether the app has a lifespan that started and has not been stopped.</summary>
    internal bool IsRunning { get; private set; }

    /// <summary>The app, for what the host wants to say of it.</summary>
    internal GatewayApp App => app;

    /// <summary>(1) Starts the app.</summary>
    /// <exception cref="LifespanFailedException">It failed; the host must not start.</exception>
    internal async Task StartAsync(CancellationToken cancellation)
    {
        if (mode == LifespanMode.Off)
        {
            return;
        }

        _run = RunAsync();
        Task first = await Task.WhenAny(_startup.Task, _run).WaitAsync(cancellation).ConfigureAwait(false);
        if (first == _startup.Task || _startup.Task.IsCompleted)
        {
            await _startup.Task.ConfigureAwait(false);
            IsRunning = true;
            return;
        }

        // The app's task ended before it said that it had started.
        try
        {
            await _run.ConfigureAwait(false);
        }
        catch (UnsupportedScopeException) when (mode == LifespanMode.Auto)
        {
            return;
        }
        catch (UnsupportedScopeException exception)
        {
            throw new LifespanFailedException("The app has no lifespan, and the host is set to require one (lifespan: on).", exception);
        }
        catch (Exception exception)
        {
            throw new LifespanFailedException($"The app failed during its startup: {exception.Message}", exception);
        }

        if (_received > 0 || mode == LifespanMode.On)
        {
            throw new LifespanFailedException("The app returned from its lifespan without sending lifespan.startup.complete.");
        }
    }

    /// <summary>(3) Stops the app, if it has a lifespan that is running.</summary>
    /// <exception cref="LifespanFailedException">It failed.</exception>
    internal async Task StopAsync(CancellationToken cancellation)
    {
        if (!IsRunning)
        {
            return;
        }

        IsRunning = false;
        _stopRequested.TrySetResult(LifespanShutdown.Instance);
        await Task.WhenAny(_shutdown.Task, _run!).WaitAsync(cancellation).ConfigureAwait(false);
        if (_shutdown.Task.IsCompleted)
        {
            await _shutdown.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            await _run!.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw new LifespanFailedException($"The app's lifespan failed: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// (3) The same for a host that does not wait for ever: what it took may be over before the app's turn has come, so the app has
    /// <see cref="Grace"/> after it.
    /// </summary>
    /// <param name="time">The clock.</param>
    /// <param name="hostTime">Fires when the host's time is over.</param>
    /// <exception cref="LifespanFailedException">It failed, or took longer.</exception>
    internal async Task StopInTimeAsync(TimeProvider time, CancellationToken hostTime)
    {
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using CancellationTokenRegistration over = hostTime.UnsafeRegister(static end => ((CancellationTokenSource)end!).CancelAfter(Grace), end);
        try
        {
            await StopAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            throw new LifespanFailedException($"The app's shutdown did not end within {Grace.TotalSeconds} s after the time for the stop was over.");
        }
    }

    private async Task RunAsync()
    {
        // The app may block before its first await: the host's thread is not its to hold.
        await Task.Yield();
        await app(new LifespanScope(State) { Services = services }, ReceiveAsync, SendAsync).ConfigureAwait(false);
    }

    private ValueTask<GatewayEvent> ReceiveAsync()
    {
        switch (++_received)
        {
            case 1:
                _order.StartupReceived();
                return new(LifespanStartup.Instance);
            case 2:
                return ReceiveShutdownAsync();
            default:
                throw new GatewayProtocolException("receive() was called again in the lifespan scope: nothing follows lifespan.shutdown.");
        }
    }

    private async ValueTask<GatewayEvent> ReceiveShutdownAsync()
    {
        GatewayEvent shutdown = await _stopRequested.Task.ConfigureAwait(false);
        _order.ShutdownReceived();
        return shutdown;
    }

    private ValueTask SendAsync(GatewayEvent message)
    {
        _order.Accept(message);
        switch (message)
        {
            case LifespanStartupComplete:
                _startup.TrySetResult();
                break;
            case LifespanStartupFailed failed:
                _startup.TrySetException(Failure("startup", failed.Message, failed.Cause));
                break;
            case LifespanShutdownComplete:
                _shutdown.TrySetResult();
                break;
            case LifespanShutdownFailed failed:
                _shutdown.TrySetException(Failure("shutdown", failed.Message, failed.Cause));
                break;
        }

        return default;
    }

    private static LifespanFailedException Failure(string phase, string message, Exception? cause) =>
        new(message.Length > 0 ? message : $"The app reported that its {phase} failed, without a message.", cause);
}
