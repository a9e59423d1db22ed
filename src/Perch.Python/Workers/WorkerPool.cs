using System.Diagnostics.CodeAnalysis;
using Perch.Python.Bridge;

namespace Perch.Python.Workers;

/// <summary>The workers of an app: started together, each request given to the one that has the fewest, looked after, stopped together.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "StopAsync disposes of what it owns.")]
internal sealed class WorkerPool
{
    /// <summary>How often workers are looked at within the time that one may take to answer.</summary>
    private const int LooksPerHealthTimeout = 5;

    /// <summary>A call that runs for longer than this has its client watched.</summary>
    private static readonly TimeSpan ClientLook = TimeSpan.FromSeconds(0.1);

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(0.5);

    private readonly WorkerContext _context;
    private readonly WorkerSlot[] _slots;
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watch = Task.CompletedTask;
    private int _turn;

    private WorkerPool(WorkerContext context)
    {
        _context = context;
        _slots = [.. Enumerable.Range(1, context.Options.Workers).Select(number => new WorkerSlot(this, context, number))];
    }

    /// <summary>The processes that serve now.</summary>
    internal IEnumerable<int> ProcessIds => _slots.Select(slot => slot.Current?.ProcessId).OfType<int>();

    /// <summary>The streams that they have now.</summary>
    internal int ActiveStreams => _slots.Sum(slot => slot.Current?.Link.Active ?? 0);

    /// <summary>Starts all workers. If one fails, none is left.</summary>
    /// <exception cref="PythonAppException">One failed; the message is its app's.</exception>
    internal static async Task<WorkerPool> StartAsync(WorkerContext context, CancellationToken cancellation)
    {
        var pool = new WorkerPool(context);
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] starts = [.. pool._slots.Select(slot => StartSlotAsync(slot, others))];
        await Task.WhenAll(starts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (starts.FirstOrDefault(start => start.IsFaulted) is { } failed)
        {
            await pool.StopAsync();
            await failed;
        }

        if (cancellation.IsCancellationRequested)
        {
            await pool.StopAsync();
            cancellation.ThrowIfCancellationRequested();
        }

        pool._watch = pool.WatchAsync();
        return pool;
    }

    /// <summary>Opens a stream on the worker that has the fewest.</summary>
    /// <returns>The stream, or null if no worker runs now.</returns>
    internal WorkerStream? TryOpen(bool isWebSocket)
    {
        // One that dies or drains between the two looks is looked past at the next try.
        for (int attempt = 0; attempt <= _slots.Length; attempt++)
        {
            if (LeastLoaded() is not { } worker)
            {
                return null;
            }

            if (worker.Link.Open(isWebSocket) is { } stream)
            {
                return stream;
            }
        }

        return null;
    }

    /// <summary>Waits for a worker, if there is none, and opens a stream on it.</summary>
    /// <returns>The stream, or null if none has come within the time that the options give.</returns>
    internal async Task<WorkerStream?> OpenAsync(bool isWebSocket, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(_context.Options.QueueTimeout);
        while (true)
        {
            // Taken before the look, so that no change falls in between.
            Task change = Volatile.Read(ref _change).Task;
            if (TryOpen(isWebSocket) is { } stream)
            {
                return stream;
            }

            if (_stopping.IsCancellationRequested || Array.TrueForAll(_slots, slot => slot.IsGivenUp))
            {
                return null;
            }

            await change.WaitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (timeout.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>Replaces all workers while the old ones serve: one, and if it starts, the others beside each other.</summary>
    /// <exception cref="PythonAppException">A new one does not start; the old one goes on.</exception>
    /// <exception cref="OperationCanceledException">The start of a new one was ended; the old one goes on.</exception>
    internal async Task ReloadAsync(CancellationToken cancellation)
    {
        // What keeps one from starting mostly keeps the others, too, and is to be told once.
        Exception? first = await ReplaceAsync(_slots[0]);
        Exception?[] failures = first is null ? await Task.WhenAll(_slots[1..].Select(ReplaceAsync)) : [first];
        if (failures.OfType<PythonAppException>().FirstOrDefault() is { } failure)
        {
            throw new PythonAppException(failure.Message, failure);
        }

        cancellation.ThrowIfCancellationRequested();

        Task<Exception?> ReplaceAsync(WorkerSlot slot) => slot.ReplaceAsync("the app is reloaded", cancellation);
    }

    /// <summary>Stops all workers.</summary>
    /// <returns>How the app's shutdown failed, or null.</returns>
    internal async Task<string?> StopAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        string?[] failures = await Task.WhenAll(_slots.Select(slot => slot.StopAsync()));
        _stopping.Dispose();
        return failures.FirstOrDefault(failure => failure is not null);
    }

    /// <summary>A worker has started, or none will come: whoever waits looks again.</summary>
    internal void WorkerIsReady() =>
        Interlocked.Exchange(ref _change, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private static async Task StartSlotAsync(WorkerSlot slot, CancellationTokenSource others)
    {
        try
        {
            await slot.StartAsync(others.Token);
        }
        catch (PythonAppException)
        {
            // What keeps one from starting mostly keeps the others, too, and is to be told once.
            await others.CancelAsync();
            throw;
        }
    }

    private Worker? LeastLoaded()
    {
        // Beginning elsewhere each time: of equals, not always the first.
        int turn = _slots.Length == 1 ? 0 : (int)((uint)Interlocked.Increment(ref _turn) % (uint)_slots.Length);
        Worker? least = null;
        for (int i = 0; i < _slots.Length; i++)
        {
            // One whose link is over has no streams, and would be taken before all that serve until its process has ended as well.
            if (_slots[(turn + i) % _slots.Length].Current is { Link.IsOpen: true } worker && !(worker.Link.Active >= least?.Link.Active))
            {
                least = worker;
            }
        }

        return least;
    }

    private async Task WatchAsync()
    {
        TimeSpan health = _context.Options.HealthTimeout / LooksPerHealthTimeout;
        TimeSpan period = health < LongestLook ? health : LongestLook;
        int patience = Math.Max(2, (int)Math.Ceiling(_context.Options.HealthTimeout / period));
        using var timer = new PeriodicTimer(ClientLook);
        long last = TimeProvider.System.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                bool isHealthDue = TimeProvider.System.GetElapsedTime(last) >= period;
                last = isHealthDue ? TimeProvider.System.GetTimestamp() : last;
                foreach (WorkerSlot slot in _slots)
                {
                    if (slot.Current is not { } worker)
                    {
                        continue;
                    }

                    worker.Link.WatchClients();
                    if (isHealthDue)
                    {
                        worker.CheckHealth(patience);
                        if (worker.WhyReplace() is { } reason)
                        {
                            slot.ReplaceForLimit(reason);
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
