using System.Diagnostics.CodeAnalysis;

namespace Perch.Python.Workers;

/// <summary>
/// One of the pool's places, which has a worker, or the next one being started. A worker that dies is replaced, after a pause that grows
/// while its successors die soon; one that is to be replaced serves until its successor has started.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "StopAsync disposes of what it owns.")]
internal sealed class WorkerSlot(WorkerPool pool, WorkerContext context, int number)
{
    /// <summary>So many starts may fail in a row. An app that cannot be imported will not be for trying again.</summary>
    private const int MostFailedStarts = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A worker that has lived so long was well: its death is no sign that the next one dies, too.</summary>
    private static readonly TimeSpan WellAfter = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<WorkerReplacement> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isReplacing;
    private bool _hasEnded;
    private volatile Worker? _current;
    private volatile bool _isGivenUp;
    private long _startedAt;
    private int _shortLives;
    private Task _supervision = Task.CompletedTask;
    private Task<string?> _draining = Task.FromResult<string?>(null);

    /// <summary>The worker that gets requests; null while there is none.</summary>
    internal Worker? Current => _current;

    /// <summary>Whether no worker will come any more.</summary>
    internal bool IsGivenUp => _isGivenUp;

    /// <summary>Starts the first worker.</summary>
    /// <exception cref="PythonAppException">It does not start.</exception>
    internal async Task StartAsync(CancellationToken cancellation)
    {
        Use(await Worker.StartAsync(context, number, cancellation));
        _supervision = SuperviseAsync();
    }

    /// <summary>Asks for a new worker, started from now on, in place of the one that runs.</summary>
    /// <param name="reason">Why, for the log.</param>
    /// <param name="giveUp">Ends its start; the old one goes on then.</param>
    /// <returns>A task that ends when it serves, with null, or with why it does not: then the old one goes on.</returns>
    internal Task<Exception?> ReplaceAsync(string reason, CancellationToken giveUp)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return Task.FromResult<Exception?>(Stopped());
            }

            if (_asked.Task.IsCompletedSuccessfully)
            {
                // Not begun: the one will do for both.
                _asked.Task.Result.GiveUp = giveUp;
                return _asked.Task.Result.Done.Task;
            }

            var replacement = new WorkerReplacement(reason, giveUp);
            _asked.SetResult(replacement);
            return replacement.Done.Task;
        }
    }

    /// <summary>Asks for a new worker because this one exceeds a limit; not while its successor starts, nor soon after one did not.</summary>
    internal void ReplaceForLimit(string reason)
    {
        if (!_isReplacing)
        {
            _ = ReplaceAsync(reason, CancellationToken.None);
        }
    }

    /// <summary>Stops the worker, and whatever of it is under way.</summary>
    /// <returns>How its app's shutdown failed, or null.</returns>
    internal async Task<string?> StopAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        string? failure = _current is { } worker ? await worker.StopAsync() : null;
        _current = null;
        _stopping.Dispose();
        return failure ?? await _draining;
    }

    private void Use(Worker worker)
    {
        _startedAt = TimeProvider.System.GetTimestamp();
        _isGivenUp = false;
        _current = worker;
        pool.WorkerIsReady();
    }

    private async Task SuperviseAsync()
    {
        Task stop = Task.Delay(Timeout.Infinite, _stopping.Token);
        while (!_stopping.IsCancellationRequested)
        {
            if (_current is not { } worker)
            {
                // Given up: but if the app is reloaded, it may have been mended.
                await Task.WhenAny(_asked.Task, stop);
                if (TakeAsked() is { } mended)
                {
                    mended.Done.SetResult(await TryStartAsync(mended.GiveUp));
                }

                continue;
            }

            Task first = await Task.WhenAny(worker.Ended, worker.Leaving, _asked.Task, stop);
            if (first == worker.Ended)
            {
                await RestartAsync(worker, await worker.Ended);
            }
            else if (first != stop)
            {
                await ReplaceAsync(worker, TakeAsked() ?? new("it was told to end", CancellationToken.None));
            }
        }

        lock (_lock)
        {
            _hasEnded = true;
        }

        TakeAsked()?.Done.SetResult(Stopped());
    }

    private static OperationCanceledException Stopped() => new("The app is being stopped.");

    /// <summary>What is asked for, which is begun now: whoever asks later asks for another one.</summary>
    private WorkerReplacement? TakeAsked()
    {
        lock (_lock)
        {
            if (!_asked.Task.IsCompletedSuccessfully)
            {
                return null;
            }

            WorkerReplacement asked = _asked.Task.Result;
            _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return asked;
        }
    }

    /// <summary>After a death.</summary>
    private async Task RestartAsync(Worker dead, string how)
    {
        _current = null;
        context.Log.Died(number, dead.ProcessId, how, dead.LostStreams);
        _shortLives = TimeProvider.System.GetElapsedTime(_startedAt) < WellAfter ? _shortLives + 1 : 0;
        for (int failedStarts = 0; !_stopping.IsCancellationRequested;)
        {
            await PauseAsync(_shortLives + failedStarts);
            WorkerReplacement? asked = TakeAsked();
            Exception? failure = await TryStartAsync(asked?.GiveUp ?? CancellationToken.None);
            asked?.Done.SetResult(failure);
            if (failure is null)
            {
                return;
            }

            // One that a newer reload has given up is no failed one.
            if (failure is PythonAppException && ++failedStarts == MostFailedStarts && !_stopping.IsCancellationRequested)
            {
                context.Log.GaveUp(number, failedStarts);
                _isGivenUp = true;
                pool.WorkerIsReady();
                return;
            }
        }
    }

    /// <summary>Starts a worker and gives it the requests.</summary>
    /// <returns>Why it does not start, or null.</returns>
    private async Task<Exception?> TryStartAsync(CancellationToken giveUp)
    {
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, giveUp);
            Use(await Worker.StartAsync(context, number, end.Token));
            return null;
        }
        catch (PythonAppException exception)
        {
            context.Log.StartFailed(number, exception.Message);
            return exception;
        }
        catch (OperationCanceledException exception)
        {
            // Stopping, or given up.
            return exception;
        }
    }

    /// <summary>While the old one serves.</summary>
    private async Task ReplaceAsync(Worker old, WorkerReplacement replacement)
    {
        _isReplacing = true;
        context.Log.Replaced(number, old.ProcessId, replacement.Reason);
        Exception? failure = await TryStartAsync(replacement.GiveUp);
        if (failure is null)
        {
            Task<string?> previous = _draining;
            _draining = StopBehindAsync(previous, old);
        }

        replacement.Done.SetResult(failure);
        if (failure is not null)
        {
            // The old one goes on. Not at once again, for a limit that is still exceeded.
            await PauseAsync(MostFailedStarts, old.Ended);
        }

        _isReplacing = false;
    }

    private async Task<string?> StopBehindAsync(Task<string?> previous, Worker old)
    {
        string? failure = await old.StopAsync();
        context.Log.Stopped(number, old.ProcessId);
        return failure ?? await previous;
    }

    /// <summary>Waits for longer after more failures, unless somebody asks for a worker, or something else ends it.</summary>
    private async Task PauseAsync(int failures, Task? end = null)
    {
        if (failures > 0)
        {
            TimeSpan pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
            await Task.WhenAny(Task.Delay(pause < LongestPause ? pause : LongestPause, _stopping.Token), _asked.Task, end ?? _asked.Task);
        }
    }
}
