using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Perch.Server.Reloading;
using Perch.Server.Workers;

namespace Perch.Server.Running;

/// <summary>
/// A server whose app is made again whenever it changes:
/// <list type="number">
/// <item>the app is made, and workers start from it; if either fails, a change is waited for that mends it;</item>
/// <item>on each change it is made again, and the workers are replaced; if either fails, the old ones go on.</item>
/// </list>
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ReloadingRun(IReloadableApp app, GatewayServerReload options, ILogger logger, Func<AppGeneration, string, Supervisor> supervise)
{
    /// <summary>Runs it until a signal stops it.</summary>
    /// <exception cref="GatewayServerStartException">Nothing can be watched.</exception>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        using var signals = new StopSignals(isWorker: false, cancellation);
        using var requests = new ReloadRequests(options.Delay, logger);
        requests.Watch(options, app.Files);
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
            using Supervisor supervisor = supervise(first, requests.Watch(options, app.Files));

            // From here on signals are the supervisor's, which would take the token's for a second one.
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
        catch (GatewayServerStartException exception)
        {
            ReloadLog.NotStarted(logger, exception.Message);
            return false;
        }
    }

    /// <summary>(2)</summary>
    private async Task ReloadAsync(Supervisor supervisor, ReloadRequests requests, CancellationToken cancellation)
    {
        while (true)
        {
            ReloadLog.Reloads(logger, await requests.WaitAsync(cancellation));
            try
            {
                supervisor.Replace(await app.MakeAsync(cancellation));
                requests.Watch(options, app.Files);
            }
            catch (GatewayServerStartException exception)
            {
                ReloadLog.NotReloaded(logger, exception.Message);
            }
        }
    }
}
