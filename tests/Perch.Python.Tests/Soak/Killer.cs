using System.ComponentModel;
using Perch.Python.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Python.Tests.Soak;

/// <summary>Ends a worker every few seconds: by a kill, by making it stand still until the health check finds it, or by asking it to end.</summary>
internal static class Killer
{
    /// <summary>ESRCH of kill(2).</summary>
    private const int NoSuchProcess = 3;

    /// <returns>How many workers were ended.</returns>
    internal static async Task<int> RunAsync(PythonServer server, CancellationToken stop)
    {
        var random = new Random(1);
        int[] signals = [Signals.Kill, Signals.Kill, Signals.Kill, Signals.Suspend, Signals.Terminate];
        var ended = new List<int>();
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(random.Next(500, 4000), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            int[] workers = [.. server.App.ProcessIds.Except(ended)];
            if (workers.Length > 0 && !stop.IsCancellationRequested)
            {
                int worker = workers[random.Next(workers.Length)];
                try
                {
                    Signals.Send(worker, signals[random.Next(signals.Length)]);
                    ended.Add(worker);
                }
                catch (Win32Exception exception) when (exception.NativeErrorCode == NoSuchProcess)
                {
                    // The health check was first.
                }
            }
        }

        await Eventually.True(() => !server.App.ProcessIds.Intersect(ended).Any(), "the end of the workers that stand still");
        return ended.Count;
    }
}
