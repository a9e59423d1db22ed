using Microsoft.Extensions.Logging;
using Perch.Server.Binding;
using Perch.Server.Hosting;
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
    /// <exception cref="GatewaySettingsException">Options that do not go together.</exception>
    /// <exception cref="GatewayServerStartException">An address cannot be had, or a worker did not start.</exception>
    internal static async Task RunAsync(GatewayServerOptions options, string appName, CancellationToken cancellation)
    {
        ServerSettings.Check(options);
        if (OperatingSystem.IsWindows())
        {
            throw new GatewaySettingsException("Worker processes are not for Windows: they cannot share a port there.");
        }

        using ServerSockets sockets = await ServerSockets.BindAsync(options.Binding, cancellation);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => ServerHost.AddLogging(logging, options.Logging));
        using var supervisor = new Supervisor(
            options.Processes,
            sockets,
            loggers.CreateLogger("Perch.Server.Workers"),
            () => StartupPage.Write(Console.Out, options, sockets.AddressesOf(options), appName));
        await supervisor.RunAsync(cancellation);
    }
}
