using Microsoft.Extensions.Logging;
using Perch.Python.Bridge;
using Perch.Python.Workers;

namespace Perch.Python;

/// <summary>
/// A Python app, ASGI or WSGI and unmodified, as a gateway app: it runs in worker processes, which are started with the host and stopped
/// with it.
/// </summary>
/// <example>
/// <code>
/// web.MapGateway("/", PythonApp.Load("main:app", options => options.Workers = 2));
/// </code>
/// </example>
public sealed class PythonApp : IAsyncDisposable
{
    private readonly string _target;
    private readonly PythonAppOptions _options;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly CancellationTokenSource _disposing = new();
    private readonly CancellationTokenSource _abandoned = new();
    private volatile WorkerPool? _pool;
    private bool _hasLifespan;

    /// <summary>Names an app. Nothing is started before the host is, or before the first request where the host runs no lifespan.</summary>
    /// <param name="target">The module and what in it the app is: <c>main:app</c>, <c>package.module:name.attribute</c>.</param>
    /// <param name="options">How it is run. Defaults to one worker on the interpreter that is closest.</param>
    /// <exception cref="ArgumentException">The target is not of that form.</exception>
    public PythonApp(string target, PythonAppOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        int colon = target.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || colon == target.Length - 1)
        {
            throw new ArgumentException($"'{target}' is not of the form module:attribute.", nameof(target));
        }

        _target = target;
        _options = options ?? new();
        App = RunAsync;
    }

    /// <summary>The gateway app. A <see cref="PythonApp"/> converts to it.</summary>
    public GatewayApp App { get; }

    /// <summary>The processes of the workers that serve now.</summary>
    public IReadOnlyList<int> ProcessIds => _pool is { } pool ? [.. pool.ProcessIds] : [];

    /// <summary>The calls that the workers have now.</summary>
    internal int ActiveCalls => _pool?.ActiveStreams ?? 0;

    /// <summary>Names an app, see <see cref="PythonApp(string, PythonAppOptions)"/>.</summary>
    /// <param name="target">The module and what in it the app is: <c>main:app</c>.</param>
    /// <param name="configure">Sets how it is run.</param>
    public static PythonApp Load(string target, Action<PythonAppOptions>? configure = null)
    {
        var options = new PythonAppOptions();
        configure?.Invoke(options);
        return new PythonApp(target, options);
    }

    /// <summary>The gateway app.</summary>
    public static implicit operator GatewayApp(PythonApp app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.App;
    }

    /// <summary>The gateway app, for languages without conversions.</summary>
    public GatewayApp ToGatewayApp() => App;

    /// <summary>
    /// Starts new workers, which read the app's code again, gives them the requests that come from then on, and stops the old ones when
    /// theirs have ended: at <see cref="PythonAppOptions.DrainTimeout"/> at the latest.
    /// </summary>
    /// <param name="cancellation">Gives the new workers up that have not started; the old ones go on.</param>
    /// <exception cref="PythonAppException">The app does not start any more; the old workers go on.</exception>
    /// <exception cref="OperationCanceledException">New workers were given up.</exception>
    public async Task ReloadAsync(CancellationToken cancellation = default)
    {
        // Workers that are being started may have read the code before it changed: they are replaced as well.
        await _starting.WaitAsync(cancellation);
        WorkerPool? pool = _pool;
        _starting.Release();
        if (pool is not null)
        {
            await pool.ReloadAsync(cancellation);
        }
    }

    /// <summary>
    /// Stops the workers, if the host's lifespan has not. Where the host has begun a lifespan and left it before its end, they are killed:
    /// it waits for nothing any more.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        // A worker that hangs in its start is not waited for.
        await _disposing.CancelAsync();
        if (_hasLifespan)
        {
            await _abandoned.CancelAsync();
        }

        await StopAsync();
        _starting.Dispose();
        _disposing.Dispose();
        _abandoned.Dispose();
    }

    private Task RunAsync(Scope scope, Receive receive, Send send) => scope switch
    {
        HttpScope http => RunHttpAsync(http, receive, send),
        WebSocketScope webSocket => RunWebSocketAsync(webSocket, receive, send),
        LifespanScope lifespan => RunLifespanAsync(lifespan, receive, send),
        _ => throw new UnsupportedScopeException(scope),
    };

    private Task RunHttpAsync(HttpScope scope, Receive receive, Send send) => _pool?.TryOpen(isWebSocket: false) is { } stream
        ? HttpCall.RunAsync(stream, scope, receive, send)
        : WaitAndRunHttpAsync(scope, receive, send);

    private async Task WaitAndRunHttpAsync(HttpScope scope, Receive receive, Send send)
    {
        if (await OpenAsync(scope) is { } stream)
        {
            await HttpCall.RunAsync(stream, scope, receive, send);
        }
        else
        {
            await HttpCall.RefuseAsync(503, "Service Unavailable", send);
        }
    }

    private async Task RunWebSocketAsync(WebSocketScope scope, Receive receive, Send send)
    {
        if (_pool?.TryOpen(isWebSocket: true) is { } stream || (stream = await OpenAsync(scope)) is not null)
        {
            await WebSocketCall.RunAsync(stream, scope, receive, send);
        }
        else
        {
            await receive();
            await WebSocketCall.RefuseAsync(503, "Service Unavailable", scope, send);
        }
    }

    private async Task<WorkerStream?> OpenAsync(RequestScope scope)
    {
        if (_pool is null && !_hasLifespan)
        {
            // The host runs no lifespan.
            await StartAsync(null, _disposing.Token);
        }

        return _pool is { } pool ? await pool.OpenAsync(scope is WebSocketScope, scope.Disconnected) : null;
    }

    private async Task RunLifespanAsync(LifespanScope scope, Receive receive, Send send)
    {
        await receive();
        _hasLifespan = true;
        try
        {
            await StartAsync(scope.Services?.GetService(typeof(ILoggerFactory)) as ILoggerFactory, _disposing.Token);
        }
        catch (PythonAppException exception)
        {
            await send(new LifespanStartupFailed(exception.Message));
            return;
        }

        await send(LifespanStartupComplete.Instance);
        await receive();
        await send(await StopAsync() is { } failure ? new LifespanShutdownFailed(failure) : LifespanShutdownComplete.Instance);
    }

    private async Task StartAsync(ILoggerFactory? hostLoggers, CancellationToken cancellation)
    {
        await _starting.WaitAsync(cancellation);
        try
        {
            if (_pool is null)
            {
                var log = new WorkerLog(_options.Loggers ?? hostLoggers ?? StandardErrorLoggers.Instance);

                // Interpreters are run to be asked for their version.
                WorkerContext context = await Task.Run(() => WorkerContext.Create(_target, _options, log, _abandoned.Token), cancellation);
                _pool = await WorkerPool.StartAsync(context, cancellation);
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<string?> StopAsync()
    {
        await _starting.WaitAsync();
        try
        {
            WorkerPool? pool = _pool;
            _pool = null;
            return pool is null ? null : await pool.StopAsync();
        }
        finally
        {
            _starting.Release();
        }
    }
}
