using System.Diagnostics.CodeAnalysis;

namespace Perch.Testing.Hosting;

/// <summary>
/// One call of an app over a scope, whatever is at its other end:
/// <list type="number">
/// <item><see cref="Start"/> calls the app on the thread pool, so that one that blocks does not hold its test;</item>
/// <item>its <c>receive</c> and <c>send</c> come in here, are watched for overlaps and noted;</item>
/// <item>when its task ends the scope goes stale, and <see cref="OnAppEnded"/> ends what the app left open.</item>
/// </list>
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The token source has no timer, and apps may ask its token after the end.")]
internal abstract class AppConnection
{
    private readonly GatewayApp _app;
    private readonly HostedScopeSource _source;
    private readonly CancellationTokenSource _left = new();
    private readonly CallGuard _receiving = new("receive()");
    private readonly CallGuard? _sending;
    private readonly string _scopeText;
    private GatewayEvent? _lastReceived;

    protected AppConnection(GatewayApp app, Scope values, GatewayTestOptions options)
    {
        _app = app;
        _scopeText = EventText.Of(values);
        Options = options;
        Offered = Offers.For(values, options);
        _source = new HostedScopeSource(values, Offered, _left.Token);

        // Messages of a WebSocket may come from many tasks of the app; those of one response have an order that only one task can keep.
        _sending = values is HttpScope ? new CallGuard("send()") : null;
    }

    /// <summary>The app's task: it fails with what the app threw.</summary>
    internal Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>The client has left, or there is nobody to send to any more.</summary>
    internal bool HasClientLeft { get; private set; }

    internal TimeProvider Clock => Options.TimeProvider;

    protected GatewayTestOptions Options { get; }

    protected OfferedExtensions Offered { get; }

    /// <summary>Guards the order of messages and who has left.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>Ends waits of the app that only the client could end.</summary>
    protected CancellationToken Left => _left.Token;

    protected abstract string StateName { get; }

    /// <summary>(1) Calls the app.</summary>
    internal void Start()
    {
        Completion = Task.Run(RunAsync);
        Observe(Completion);
    }

    /// <summary>Waits, but not for ever.</summary>
    /// <exception cref="TimeoutException">It took too long; says what was awaited, of which scope, and what had been sent.</exception>
    internal async Task WaitAsync(Task task, string awaited, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        TimeSpan limit = timeout ?? Options.Timeout;
        await task.WaitAsync(limit, Options.TimeProvider, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!task.IsCompleted)
        {
            cancellation.ThrowIfCancellationRequested();
            throw TimedOut(awaited, limit);
        }

        await task.ConfigureAwait(false);
    }

    /// <summary>Gives the app the time-out to end, whatever it ends with.</summary>
    internal async Task EndQuietlyAsync() => await Completion.WaitAsync(Options.Timeout, Options.TimeProvider)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    internal TimeoutException TimedOut(string awaited, TimeSpan limit)
    {
        string app = Completion.IsCompleted ? "has returned" : "is still running";
        return new TimeoutException(
            $"Waited {limit.TotalSeconds:0.###} s in vain for {awaited}. Scope: {_scopeText}, in the state '{StateName}'; the app {app}. Messages: {Log}.");
    }

    protected MessageLog Log { get; } = new();

    /// <summary>The next event for the app.</summary>
    protected abstract ValueTask<GatewayEvent> NextEventAsync();

    /// <summary>Takes a message of the app.</summary>
    protected abstract ValueTask TakeAsync(GatewayEvent message);

    /// <summary>(3) The app's task has ended.</summary>
    protected abstract void OnAppEnded(Exception? failure);

    /// <summary>Whoever is interested in a task awaits it; its exception is not one that was overlooked if nobody does.</summary>
    protected static void Observe(Task task) => _ = task.ContinueWith(
        static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>From now on the app cannot send. The gate is held.</summary>
    protected void MarkLeft() => HasClientLeft = true;

    /// <summary>The client has left: what the app does with the scope's token begins now. The gate is not held.</summary>
    protected void CancelLeft() => _ = _left.CancelAsync();

    private async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            await (_app(_source.ToScope(), ReceiveAsync, SendAsync) ?? throw new GatewayProtocolException("The app returned null instead of a task."))
                .ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            _source.End();
            Retire(_lastReceived);
            OnAppEnded(failure);
        }
    }

    private ValueTask<GatewayEvent> ReceiveAsync()
    {
        _receiving.Enter();
        return ReceiveCoreAsync();
    }

    private async ValueTask<GatewayEvent> ReceiveCoreAsync()
    {
        try
        {
            Retire(_lastReceived);
            _lastReceived = await NextEventAsync().ConfigureAwait(false);
            Log.ToApp(_lastReceived);
            return _lastReceived;
        }
        finally
        {
            _receiving.Exit();
        }
    }

    private ValueTask SendAsync(GatewayEvent message)
    {
        _sending?.Enter();
        return SendCoreAsync(message);
    }

    private async ValueTask SendCoreAsync(GatewayEvent message)
    {
        try
        {
            await TakeAsync(message).ConfigureAwait(false);
        }
        finally
        {
            _sending?.Exit();
        }
    }

    private static void Retire(GatewayEvent? message)
    {
        switch (message)
        {
            case HttpRequestBody body:
                body.Retire();
                break;
            case WebSocketReceive receive:
                receive.Retire();
                break;
            case TcpReceive receive:
                receive.Retire();
                break;
        }
    }
}
