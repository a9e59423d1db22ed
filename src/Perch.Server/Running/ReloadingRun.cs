using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Perch.Server.Reloading;
using Perch.Server.Workers;

namespace Perch.Server.Running;

/// <summary>
/// A server whose app is made again whenever it changes, or on SIGHUP alone where nobody wants it watched:
/// <list type="number">
/// <item>the app is made, and workers start from it; if either fails, a change is waited for that mends it, or the start has failed;</item>
/// <item>on each change it is made again, and the workers are replaced; if either fails, the old ones go on.</item>
/// </list>
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ReloadingRun(IReloadableApp app, GatewayServerReload options, ILogger logger, Func<AppGeneration, string?, Supervisor> supervise)
{
    /// <summary>Runs it until a signal stops it.</summary>
    /// <exception cref="GatewayServerStartException">Nothing can be watched; or the app is not to be, and does not start.</exception>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        using var signals = new StopSignals(isWorker: false, cancellation);
        using var requests = new ReloadRequests(options.Delay, logger);
        Watch(requests);
        try
        {
            while (!await TryRunAsync(requests, signals.Stop, cancellation))
            {
                ReloadLog.Reloads(logger, await requests.WaitAsync(signals.Stop));
            }
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            // Nothing served yet.
        }
    }

    /// <summary>(1) Makes the app and serves it to the end.</summary>
    /// <returns>Whether it came to that.</returns>
    private async Task<bool> TryRunAsync(ReloadRequests requests, CancellationToken stop, CancellationToken cancellation)
    {
        try
        {
            AppGeneration first = await app.MakeAsync(stop);
            using Supervisor supervisor = Supervise(first, requests);

            // From here on signals are the supervisor's.
            stop.ThrowIfCancellationRequested();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task reloads = ReloadAsync(supervisor, requests, end.Token);
            try
            {
                await supervisor.RunAsync(cancellation);
            }
            finally
            {
                await end.CancelAsync();
                await reloads.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return true;
        }
        catch (GatewayServerStartException exception) when (options.IsOn)
        {
            ReloadLog.NotStarted(logger, exception.Message);
            return false;
        }
    }

    /// <summary>Hands the first over, or removes it.</summary>
    private Supervisor Supervise(AppGeneration first, ReloadRequests requests)
    {
        try
        {
            return supervise(first, Watch(requests));
        }
        catch
        {
            first.Remove();
            throw;
        }
    }

    /// <returns>What is watched, for a person; null for nothing.</returns>
    private string? Watch(ReloadRequests requests) => options.IsOn ? requests.Watch(options, app.Files) : null;

    /// <summary>(2) Makes it again for each reason that comes, and hands it to the supervisor.</summary>
    private async Task ReloadAsync(Supervisor supervisor, ReloadRequests requests, CancellationToken cancellation)
    {
        while (true)
        {
            string reason = await requests.WaitAsync(cancellation);
            ReloadLog.Reloads(logger, reason);
            try
            {
                AppGeneration next = await app.MakeAsync(cancellation);
                WatchMore(requests);
                await supervisor.ReplaceAsync(next).WaitAsync(cancellation);
            }
            catch (Exception) when (cancellation.IsCancellationRequested)
            {
                // The start failed before this was tried, which may mend it.
                requests.Repeat(reason);
                throw;
            }
            catch (Exception exception)
            {
                ReloadLog.NotReloaded(logger, exception.Message);
            }
        }
    }

    /// <summary>What has come to the app is watched as well, where that can be: the app is served all the same.</summary>
    private void WatchMore(ReloadRequests requests)
    {
        try
        {
            Watch(requests);
        }
        catch (GatewayServerStartException exception)
        {
            ReloadLog.NotAllWatched(logger, exception.Message);
        }
    }
}
