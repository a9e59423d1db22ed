using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Perch.Server.Binding;

namespace Perch.Server.Workers;

/// <summary>
/// Keeps workers running that share this process's sockets. It serves nothing itself: connections wait in the sockets' own queue, which
/// outlives every worker, so none is lost when one is replaced.
/// <list type="number">
/// <item>all workers start; one that fails ends the server;</item>
/// <item>one that ends later is replaced; signals replace, add and remove them;</item>
/// <item>a stop tells all to finish; an interrupt after it ends them.</item>
/// </list>
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class Supervisor : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>A worker that ends sooner after its start than this is not replaced before: no storm of starts.</summary>
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(1);

    private readonly GatewayServerProcesses _options;
    private readonly ServerSockets _sockets;
    private readonly ILogger _logger;
    private readonly Action _started;
    private readonly Channel<(SupervisorEvent What, AppGeneration? Next, TaskCompletionSource? Taken)> _events =
        Channel.CreateUnbounded<(SupervisorEvent, AppGeneration?, TaskCompletionSource?)>();
    private readonly List<Slot> _slots = [];
    private readonly List<PosixSignalRegistration> _signals = [];
    private AppGeneration? _generation;

    /// <summary>What replaces it once a worker serves that was started from it.</summary>
    private AppGeneration? _next;

    private int _wanted;
    private long _startedAt;
    private bool _isStopping;
    private bool _hasStarted;

    /// <param name="options">How many, and how they are watched.</param>
    /// <param name="sockets">What they serve.</param>
    /// <param name="logger">Where to say what happens to them.</param>
    /// <param name="started">Called when all serve for the first time.</param>
    /// <param name="generation">What the workers load, if that changes; SIGHUP is somebody else's then, who makes the next one.</param>
    internal Supervisor(GatewayServerProcesses options, ServerSockets sockets, ILogger logger, Action started, AppGeneration? generation = null)
    {
        _generation = generation;
        _options = options;
        _sockets = sockets;
        _logger = logger;
        _started = started;
        _wanted = options.Workers;
        foreach (BoundSocket socket in sockets.All)
        {
            Descriptors.Share(socket.Socket.Handle);
        }

        On(PosixSignal.SIGTERM, SupervisorEvent.Stop);
        On(PosixSignal.SIGINT, SupervisorEvent.Interrupt);
        if (generation is null)
        {
            On(PosixSignal.SIGHUP, SupervisorEvent.Replace);
        }

        On(PosixSignal.SIGTTIN, SupervisorEvent.Add);
        On(PosixSignal.SIGTTOU, SupervisorEvent.Remove);
    }

    /// <summary>Runs until it is stopped and the last worker has ended.</summary>
    /// <exception cref="GatewayServerStartException">A worker did not start.</exception>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenRegistration stop = cancellation.UnsafeRegister(
            static supervisor => ((Supervisor)supervisor!).Post(SupervisorEvent.Stop), this);
        using var timer = new Timer(_ => Post(SupervisorEvent.Look), null, LookEvery, LookEvery);
        string? failure = null;
        Fill();
        while (!_isStopping || _slots.Count > 0)
        {
            (SupervisorEvent what, AppGeneration? next, TaskCompletionSource? taken) = await _events.Reader.ReadAsync(CancellationToken.None);
            Act(what, next, taken);
            string? found = Look();
            failure ??= found;
        }

        if (failure is not null)
        {
            throw new GatewayServerStartException(failure);
        }
    }

    /// <summary>Replaces the workers by those of another generation; if its first does not start, the old ones go on.</summary>
    /// <returns>Ends when that begins; never if the supervisor has begun to stop before.</returns>
    internal Task ReplaceAsync(AppGeneration next)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(SupervisorEvent.Replace, next, taken);
        return taken.Task;
    }

    public void Dispose()
    {
        _signals.ForEach(static signal => signal.Dispose());
        foreach (Slot slot in _slots)
        {
            slot.Worker.Kill();
            slot.Worker.Dispose();
            slot.Generation?.Remove();
        }

        _next?.Remove();
        _generation?.Remove();
        while (_events.Reader.TryRead(out (SupervisorEvent What, AppGeneration? Next, TaskCompletionSource? Taken) late))
        {
            late.Next?.Remove();
        }
    }

    private void Post(SupervisorEvent what, AppGeneration? next = null, TaskCompletionSource? taken = null) => _events.Writer.TryWrite((what, next, taken));

    private void On(PosixSignal signal, SupervisorEvent what) => _signals.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Post(what);
    }));

    private void Act(SupervisorEvent what, AppGeneration? next, TaskCompletionSource? taken)
    {
        switch (what)
        {
            case SupervisorEvent.Interrupt when _isStopping:
                _slots.ForEach(static slot => slot.Worker.Kill());
                break;
            case SupervisorEvent.Stop or SupervisorEvent.Interrupt when !_isStopping:
                Stop();
                break;
            case SupervisorEvent.Replace when _isStopping:
                next?.Remove();
                break;
            case SupervisorEvent.Replace:
                Renew(next);
                taken?.TrySetResult();
                break;
            case SupervisorEvent.Add when !_isStopping:
                _wanted++;
                break;
            case SupervisorEvent.Remove when !_isStopping && _wanted > 1:
                _wanted--;
                break;
        }
    }

    private void Stop()
    {
        _isStopping = true;
        foreach (Slot slot in _slots)
        {
            if (slot.Worker.IsReady)
            {
                slot.Worker.Stop();
            }
            else
            {
                slot.Worker.GiveUp();
            }
        }
    }

    private void Renew(AppGeneration? next)
    {
        if (next is not null)
        {
            // One that hangs in its start would keep its successor waiting for ever.
            _slots.FindAll(static slot => !slot.Worker.IsReady).ForEach(static slot => slot.Worker.GiveUp());
            AppGeneration? before = _next;
            _next = next;
            Leave(before);
            if (!_slots.Exists(static slot => slot.Worker.IsReady))
            {
                Advance();
            }
        }

        _slots.ForEach(static slot => slot.IsOld = true);
    }

    /// <summary>Removes a generation that no worker is of, and none will be.</summary>
    private void Leave(AppGeneration? generation)
    {
        if (generation is not null && generation != _generation && generation != _next && !_slots.Exists(slot => slot.Generation == generation))
        {
            generation.Remove();
        }
    }

    /// <summary>Brings what is there to what is wanted.</summary>
    /// <returns>Why the server ends, if a worker did not start.</returns>
    private string? Look()
    {
        string? failure = null;
        foreach (Slot slot in _slots.Where(static slot => slot.Worker.Exited.IsCompleted).ToArray())
        {
            string? reason = Ended(slot);
            failure ??= reason;
        }

        if (failure is not null)
        {
            Stop();
        }

        if (_isStopping)
        {
            return failure;
        }

        Watch();
        if (_slots.Exists(slot => slot.Worker.IsReady && slot.Generation == _next && _next is not null))
        {
            // It is good.
            Advance();
        }

        Replace();
        Fill();
        if (!_hasStarted && _slots.TrueForAll(static slot => slot.Worker.IsReady))
        {
            _hasStarted = true;
            _started();
        }

        return null;
    }

    /// <summary>A worker has ended.</summary>
    private string? Ended(Slot slot)
    {
        WorkerProcess worker = slot.Worker;
        _slots.Remove(slot);
        string reason = worker.Failure ?? $"Worker {worker.Id} ended with {worker.ExitCode} before it served.";
        bool hasFailed = !worker.IsReady && !_isStopping && !worker.IsStopping;
        if (!hasFailed && !worker.IsStopping && worker.ExitCode != 0)
        {
            LogCrashed(_logger, worker.Id, worker.ExitCode);
        }

        worker.Dispose();
        if (!hasFailed)
        {
            Leave(slot.Generation);
            return null;
        }

        if (!slot.IsReplacement)
        {
            return reason;
        }

        // The old ones serve; whoever asked for new ones is told, and may ask again.
        LogNotReplaced(_logger, reason);
        _slots.ForEach(static other => other.IsOld = false);
        _next = _next == slot.Generation ? null : _next;
        Leave(slot.Generation);
        return null;
    }

    /// <summary>From now on all that are started are of the next generation.</summary>
    private void Advance()
    {
        AppGeneration? before = _generation;
        (_generation, _next) = (_next, null);
        Leave(before);
    }

    /// <summary>Kills those that are dead, and marks those that have grown too large.</summary>
    private void Watch()
    {
        foreach (Slot slot in _slots)
        {
            slot.Worker.Ping();
            if (slot.Worker.Silence > _options.HealthCheckTimeout)
            {
                LogSilent(_logger, slot.Worker.Id, _options.HealthCheckTimeout.TotalSeconds);
                slot.Worker.Kill();
            }

            if (_options.MaxResidentSize is { } most && slot.Worker.ResidentSize > most && !slot.IsOld && !slot.Worker.IsStopping)
            {
                LogTooLarge(_logger, slot.Worker.Id, slot.Worker.ResidentSize);
                slot.IsOld = true;
            }
        }
    }

    /// <summary>One at a time: a new worker, and once it serves, the end of an old one.</summary>
    private void Replace()
    {
        Slot[] serving = [.. _slots.Where(static slot => !slot.Worker.IsStopping)];
        if (serving.FirstOrDefault(static slot => slot.IsOld) is not { } old || serving.Any(static slot => !slot.Worker.IsReady))
        {
            return;
        }

        if (serving.Length > _wanted)
        {
            old.Worker.Stop();
            if (!Array.Exists(serving, slot => slot.IsOld && slot != old))
            {
                LogReplaced(_logger);
            }

            Replace();
            return;
        }

        Start(isReplacement: true);
    }

    /// <summary>As many as are wanted.</summary>
    private void Fill()
    {
        Slot[] serving = [.. _slots.Where(static slot => !slot.Worker.IsStopping)];
        for (int missing = _wanted - serving.Length; missing > 0; missing--)
        {
            Start(isReplacement: false);
        }

        if (serving.Length > _wanted && !Array.Exists(serving, static slot => slot.IsOld))
        {
            serving[^1].Worker.Stop();
        }
    }

    private void Start(bool isReplacement)
    {
        if (_hasStarted && Environment.TickCount64 - _startedAt < ShortLife.TotalMilliseconds && !isReplacement)
        {
            return;
        }

        _startedAt = Environment.TickCount64;
        AppGeneration? generation = isReplacement ? _next ?? _generation : _generation;
        WorkerProcess worker = WorkerProcess.Start(_sockets.All.Select(static socket => socket.Socket.Handle), generation);
        _slots.Add(new Slot(worker, isReplacement, generation));
        LogStarted(_logger, worker.Id);
        LookAfter(worker.Ready);
        LookAfter(worker.Exited);
    }

    private void LookAfter(Task task) => task.ContinueWith(
        _ => Post(SupervisorEvent.Look), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    [LoggerMessage(120, LogLevel.Debug, "Worker {Id} starts.", EventName = "WorkerStarted")]
    private static partial void LogStarted(ILogger logger, int id);

    [LoggerMessage(121, LogLevel.Error, "Worker {Id} ended with {ExitCode} and is replaced.", EventName = "WorkerCrashed")]
    private static partial void LogCrashed(ILogger logger, int id, int exitCode);

    [LoggerMessage(122, LogLevel.Error, "Worker {Id} has said nothing for {Seconds} s: it is killed and replaced.", EventName = "WorkerSilent")]
    private static partial void LogSilent(ILogger logger, int id, double seconds);

    [LoggerMessage(123, LogLevel.Warning, "Worker {Id} has {Bytes} bytes of memory: it is replaced.", EventName = "WorkerTooLarge")]
    private static partial void LogTooLarge(ILogger logger, int id, long bytes);

    [LoggerMessage(124, LogLevel.Error, "The workers are not replaced, the new one did not start: {Reason}", EventName = "WorkerNotReplaced")]
    private static partial void LogNotReplaced(ILogger logger, string reason);

    [LoggerMessage(125, LogLevel.Information, "The new workers serve.", EventName = "WorkersReplaced")]
    private static partial void LogReplaced(ILogger logger);

    /// <summary>A worker and what is meant for it.</summary>
    private sealed class Slot(WorkerProcess worker, bool isReplacement, AppGeneration? generation)
    {
        internal WorkerProcess Worker { get; } = worker;

        /// <summary>What it was started from.</summary>
        internal AppGeneration? Generation { get; } = generation;

        /// <summary>It was started to take an old one's place, which serves still.</summary>
        internal bool IsReplacement { get; } = isReplacement;

        /// <summary>It is to be replaced.</summary>
        internal bool IsOld { get; set; }
    }
}
