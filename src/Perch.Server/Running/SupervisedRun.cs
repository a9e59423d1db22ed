using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Perch.Server.Binding;
using Perch.Server.Hosting;
using Perch.Server.Reloading;
using Perch.Server.Settings;
using Perch.Server.Workers;

namespace Perch.Server.Running;

/// <summary>A server of several processes, from its start to its end. This one serves nothing, and needs no app.</summary>
internal static class SupervisedRun
{
    /// <summary>
    /// Whether this process is to start others, by what the options say and what it is itself. One that is to be watched is another than the
    /// one that watches.
    /// </summary>
    internal static bool IsWanted(GatewayServerOptions options) =>
        (options.Processes.Workers > 1 || options.Processes.IsWatched) && WorkerChannel.Current is null;

    /// <summary>Runs it.</summary>
    /// <param name="options">The options.</param>
    /// <param name="appName">What the start-up page calls the app.</param>
    /// <param name="reloadable">The app, if it is to be loaded again when it changes.</param>
    /// <param name="cancellation">Ends it as a signal does.</param>
    /// <exception cref="GatewaySettingsException">Options that do not go together.</exception>
    /// <exception cref="GatewayServerStartException">An address cannot be had, or a worker did not start.</exception>
    internal static async Task RunAsync(GatewayServerOptions options, string appName, IReloadableApp? reloadable, CancellationToken cancellation)
    {
        ServerSettings.Check(options);
        if (OperatingSystem.IsWindows())
        {
            throw new GatewaySettingsException("Worker processes are not for Windows: they cannot share a port there.");
        }

        await ShareAsync(options, appName, reloadable, cancellation);
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task ShareAsync(GatewayServerOptions options, string appName, IReloadableApp? reloadable, CancellationToken cancellation)
    {
        using ServerSockets sockets = await ServerSockets.BindAsync(options.Binding, cancellation);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => ServerHost.AddLogging(logging, options.Logging));
        if (reloadable is not null)
        {
            await new ReloadingRun(reloadable, options.Reload, loggers.CreateLogger("Perch.Server.Reloading"), Supervise).RunAsync(cancellation);
            return;
        }

        using Supervisor supervisor = Supervise(null, null);
        await supervisor.RunAsync(cancellation);

        Supervisor Supervise(AppGeneration? generation, string? watched) => new(
            options.Processes,
            sockets,
            loggers.CreateLogger("Perch.Server.Workers"),
            () => StartupPage.Write(Console.Out, options, sockets.AddressesOf(options), appName, watched),
            generation);
    }
}
