using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Perch.Server.Access;
using Perch.Server.Binding;
using Perch.Server.Hosting;
using Perch.Server.Layers;
using Perch.Server.Observing;
using Perch.Server.Running;
using Perch.Server.Settings;
using Perch.Server.Tls;
using Perch.Server.Workers;

namespace Perch.Server;

/// <summary>
/// A server that runs a gateway app alone:
/// <list type="number">
/// <item><see cref="StartAsync"/>: its addresses are bound, the app is started, and it listens;</item>
/// <item><see cref="StopAsync"/>: it accepts no more, what runs is finished, the app is shut down.</item>
/// </list>
/// <see cref="RunAsync(CancellationToken)"/> does both, from a program's start to the signal that ends it.
/// </summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private readonly GatewayApp _app;
    private readonly ServerState _state = new();
    private readonly ServerInstruments _instruments = new();
    private ServerSockets? _sockets;
    private WebApplication? _host;
    private AccessLogWriter? _access;

    /// <summary>A SIGINT has come after the stop was asked for: nothing is waited for, an app that goes on regardless least of all.</summary>
    private bool _isAbandoned;

    private GatewayServer(GatewayApp app, GatewayServerOptions options)
    {
        _app = app;
        Options = options;
    }

    /// <summary>Where it listens, as URLs, once it has started: with the port that was picked, if 0 was asked for.</summary>
    /// <exception cref="InvalidOperationException">It has not started.</exception>
    public IReadOnlyList<string> Addresses =>
        (_sockets ?? throw new InvalidOperationException("The server has not started.")).AddressesOf(Options);

    internal GatewayServerOptions Options { get; }

    /// <summary>What the start-up page calls the app.</summary>
    internal string AppName { get; init; } = "";

    /// <summary>What the start-up page says that is watched; null if nothing is.</summary>
    internal string? Watched { get; init; }

    /// <summary>Runs an app with the defaults, at 127.0.0.1:8000, until SIGTERM or SIGINT comes.</summary>
    /// <param name="app">The app.</param>
    /// <param name="cancellation">Ends it as a signal does.</param>
    /// <exception cref="GatewayServerStartException">It did not start.</exception>
    public static async Task RunAsync(GatewayApp app, CancellationToken cancellation = default)
    {
        await using GatewayServer server = Create(app);
        await server.RunAsync(cancellation);
    }

    /// <summary>Creates a server that is not started.</summary>
    /// <param name="app">The app.</param>
    /// <param name="configure">Sets options. Defaults to none.</param>
    /// <exception cref="GatewaySettingsException">Options that do not go together.</exception>
    public static GatewayServer Create(GatewayApp app, Action<GatewayServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new GatewayServerOptions();
        configure?.Invoke(options);
        if (options.Reload.IsOn)
        {
            throw new GatewaySettingsException("--reload is for perch run, which knows where an app comes from. dotnet watch starts a program again.");
        }

        return Create(app, options, $"{app.Method.DeclaringType?.Name}.{app.Method.Name}");
    }

    /// <exception cref="GatewaySettingsException">Options that do not go together.</exception>
    internal static GatewayServer Create(GatewayApp app, GatewayServerOptions options, string appName, string? watched = null)
    {
        ServerSettings.Check(options);
        return new GatewayServer(app, options) { AppName = appName, Watched = watched };
    }

    /// <summary>(1) Binds the addresses, starts the app, and listens.</summary>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="GatewayServerStartException">An address cannot be had, or the app's startup failed.</exception>
    /// <exception cref="InvalidOperationException">It has been started before.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        if (_sockets is not null)
        {
            throw new InvalidOperationException("The server has been started before.");
        }

        TlsSetup? tls = Options.Tls.IsOn ? new TlsSetup(Options.Tls) : null;
        _sockets = WorkerChannel.Current is { } worker
            ? ServerSockets.Inherit(worker.Sockets)
            : await ServerSockets.BindAsync(Options.Binding, cancellation);
        _access = Options.Logging.Access ? new AccessLogWriter(Options.Logging.AccessFormat, Console.Out) : null;
        try
        {
            _host = ServerHost.Build(
                ServerApp.Wrap(_app, Options, _state, _instruments, _access), Options, new RefusedRequests(_instruments, _access), _sockets, tls);
            await _host.StartAsync(cancellation);
        }
        catch (Exception exception) when (exception is LifespanFailedException or AddressInUseException)
        {
            throw new GatewayServerStartException(exception.Message, exception);
        }
    }

    /// <summary>(2) Stops: requests that run are finished, unless <paramref name="cancellation"/> ends that; then the app is shut down.</summary>
    /// <param name="cancellation">Aborts what still runs.</param>
    /// <exception cref="LifespanFailedException">The app's shutdown failed.</exception>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (_host is not null)
        {
            await new ServerDrain(_host.Services.GetRequiredService<DrainableTransport>(), _state).RunAsync(cancellation);
            await _host.StopAsync(cancellation);
        }
    }

    /// <summary>
    /// Starts, says where on standard output, and stops on SIGTERM or SIGINT: what runs is finished within
    /// <see cref="GatewayServerTimeouts.GracefulShutdown"/>; a SIGINT behind the first signal ends it at once, as in uvicorn. With <see cref="GatewayServerProcesses.Workers"/> above 1
    /// the process starts others with its own command line, which serve, and come to this call as well.
    /// </summary>
    /// <param name="cancellation">Ends it as a signal does.</param>
    /// <exception cref="GatewayServerStartException">It did not start.</exception>
    /// <exception cref="LifespanFailedException">The app's shutdown failed.</exception>
    public async Task RunAsync(CancellationToken cancellation = default)
    {
        if (SupervisedRun.IsWanted(Options))
        {
            await SupervisedRun.RunAsync(Options, AppName, null, cancellation);
            return;
        }

        WorkerChannel? worker = WorkerChannel.Current;
        using var signals = new StopSignals(worker is not null, cancellation);
        try
        {
            await StartAsync(signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            // Nothing runs that is to be finished.
            return;
        }
        catch (GatewayServerStartException exception)
        {
            worker?.SayFailed(exception.Message);
            throw;
        }

        if (worker is null)
        {
            StartupPage.Write(Console.Out, Options, Addresses, AppName, Watched);
        }

        worker?.SayReady();
        await Task.WhenAny(signals.StopAsync(), _state.StopRequested, worker?.StopRequested ?? Task.Delay(Timeout.Infinite, CancellationToken.None));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(signals.End);
        if (Options.Timeouts.GracefulShutdown is { } time)
        {
            end.CancelAfter(time);
        }

        Task stop = StopAsync(end.Token);
        _isAbandoned = await Task.WhenAny(stop, signals.EndAsync()) != stop;
        await (_isAbandoned ? Task.CompletedTask : stop);
    }

    /// <summary>Aborts what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null && !_isAbandoned)
        {
            await _host.DisposeAsync();
        }

        _sockets?.Dispose();
        if (_access is not null)
        {
            await _access.DisposeAsync();
        }

        _instruments.Dispose();
        _state.Dispose();
    }
}
