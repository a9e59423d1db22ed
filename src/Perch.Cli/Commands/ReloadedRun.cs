using Microsoft.Extensions.Logging;
using Perch.Cli.Apps;
using Perch.Server;
using Perch.Server.Hosting;
using Perch.Server.Reloading;
using Perch.Server.Running;

namespace Perch.Cli.Commands;

/// <summary>
/// A server whose app is loaded again while it serves: on SIGHUP, and with <c>--reload</c> when its files change. With that, too, one that
/// does not start waits for a change that mends it.
/// </summary>
internal sealed class ReloadedRun(GatewayApp app, AppReload reload, GatewayServerOptions options, string name)
{
    internal async Task RunAsync()
    {
        // The server has its own as well; these are for the time in which there is none.
        using var signals = new StopSignals(isWorker: false, CancellationToken.None);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => ServerHost.AddLogging(logging, options.Logging));
        ILogger logger = loggers.CreateLogger("Perch.Server.Reloading");
        using var requests = new ReloadRequests(options.Reload.Delay, logger);
        string? watched = options.Reload.IsOn ? requests.Watch(options.Reload, reload.Files) : null;
        while (!await TryServeAsync(requests, watched, logger, signals.Stop))
        {
            try
            {
                ReloadLog.Reloads(logger, await requests.WaitAsync(signals.Stop));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <returns>Whether the app started.</returns>
    private async Task<bool> TryServeAsync(ReloadRequests requests, string? watched, ILogger logger, CancellationToken stop)
    {
        await using GatewayServer server = GatewayServer.Create(app, options, name, watched);
        using var end = new CancellationTokenSource();
        Task reloads = ReloadAsync(requests, logger, end.Token);
        try
        {
            await server.RunAsync(stop);
            return true;
        }
        catch (GatewayServerStartException exception) when (options.Reload.IsOn && exception.InnerException is LifespanFailedException)
        {
            ReloadLog.NotStarted(logger, exception.Message);
            return false;
        }
        finally
        {
            await end.CancelAsync();
            await reloads.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Loads it again for each reason that comes.</summary>
    private async Task ReloadAsync(ReloadRequests requests, ILogger logger, CancellationToken end)
    {
        string reason = await requests.WaitAsync(end);
        try
        {
            while (true)
            {
                ReloadLog.Reloads(logger, reason);
                reason = await ReloadAsync(requests.WaitAsync(end), logger, end);
            }
        }
        catch (OperationCanceledException)
        {
            // Where a start has failed, nothing was loaded since, and this may mend it.
            requests.Repeat(reason);
            throw;
        }
    }

    /// <summary>Loads it again.</summary>
    /// <returns>The next reason.</returns>
    private async Task<string> ReloadAsync(Task<string> next, ILogger logger, CancellationToken end)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(end);
        Task<string?> run = reload.RunAsync(giveUp.Token);
        if (await Task.WhenAny((Task)run, next) == next)
        {
            // One that hangs in its start would keep its successor waiting for ever.
            await giveUp.CancelAsync();
        }

        try
        {
            if (await run is { } failure)
            {
                ReloadLog.NotReloaded(logger, failure);
            }
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            // For the next one.
        }
        catch (Exception exception)
        {
            ReloadLog.NotReloaded(logger, exception.Message);
        }

        return await next;
    }
}
