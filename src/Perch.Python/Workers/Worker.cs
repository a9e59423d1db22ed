using Perch.Python.Bridge;
using Perch.Python.Marshal;

namespace Perch.Python.Workers;

/// <summary>
/// A worker from its start to its end:
/// <list type="number">
/// <item><see cref="StartAsync"/> starts a process, tells it what to run, and waits until its app has started;</item>
/// <item>streams are opened on its <see cref="Link"/>, while its health is looked at;</item>
/// <item><see cref="StopAsync"/> lets the streams end, and the app; or the worker ends by itself. <see cref="Ended"/> tells either.</item>
/// </list>
/// </summary>
internal sealed class Worker : IWorkerEvents
{
    /// <summary>How long what a process has sent before its end is read for.</summary>
    private static readonly TimeSpan LastRead = TimeSpan.FromSeconds(1);

    private readonly WorkerContext _context;
    private readonly WorkerProcess _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long? _limit;
    private string? _shutdownFailure;
    private int _pings;
    private int _ticksWithoutPong;
    private volatile bool _isAnswered = true;

    private Worker(WorkerContext context, int number, WorkerProcess process)
    {
        _context = context;
        _process = process;
        Number = number;
        Link = new WorkerLink(IWorkerTransport.Over(process.Connection), this);
        _limit = context.Options.LimitMaxRequests is { } limit ? limit + Random.Shared.NextInt64(context.Options.LimitMaxRequestsJitter + 1L) : null;
    }

    internal int Number { get; }

    internal int ProcessId => _process.Id;

    internal WorkerLink Link { get; }

    /// <summary>The streams that it had when it died.</summary>
    internal int LostStreams { get; private set; }

    /// <summary>Ends with the process; how it ended.</summary>
    internal Task<string> Ended => _ended.Task;

    /// <summary>Ends when somebody else has told the worker to end.</summary>
    internal Task Leaving => _leaving.Task;

    /// <summary>(1) Starts a worker.</summary>
    /// <exception cref="PythonAppException">Its app does not start; the message says why.</exception>
    internal static async Task<Worker> StartAsync(WorkerContext context, int number, CancellationToken cancellation)
    {
        WorkerProcess process = await WorkerProcess.StartAsync(
            context.Interpreter, context.Environment, line => context.Log.Line(number, line), cancellation);
        Worker worker;
        try
        {
            worker = new Worker(context, number, process);
        }
        catch (IOException exception)
        {
            process.Kill();
            process.Dispose();
            throw new PythonAppException($"Worker {number} could not be connected: {exception.Message}", exception);
        }

        try
        {
            // Not given up between: what sees to the end of the process begins behind it.
            await process.Connection.SendAsync(context.Settings, CancellationToken.None);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It has ended again, which its end tells better.
        }

        _ = worker.RunAsync();
        try
        {
            await worker._ready.Task.WaitAsync(cancellation);
            return worker;
        }
        catch
        {
            process.Kill();
            await worker.Ended;
            throw;
        }
    }

    /// <summary>(3) Lets the requests end, then the app, then the process; what takes too long is ended for it.</summary>
    /// <returns>How the app's shutdown failed, or null.</returns>
    internal async Task<string?> StopAsync()
    {
        PythonAppOptions options = _context.Options;
        await Link.DrainAsync().WaitAsync(options.DrainTimeout, _context.Abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_context.Abandoned.IsCancellationRequested)
        {
            Link.SendShutdown(0);
        }

        try
        {
            await Ended.WaitAsync(options.StopTimeout, _context.Abandoned);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            _context.Log.Killed(Number, ProcessId, exception is TimeoutException
                ? $"its app did not stop within {options.StopTimeout.TotalSeconds} s" : "its host waits for nothing any more");
            Kill();
            await Ended;
        }

        if (_shutdownFailure is { } failure)
        {
            _context.Log.ShutdownFailed(Number, failure);
        }

        return _shutdownFailure;
    }

    internal void Kill() => _process.Kill();

    /// <summary>(2) Looks whether the worker answers; one that has not for the given number of looks is killed.</summary>
    internal void CheckHealth(int patience)
    {
        if (_isAnswered)
        {
            _isAnswered = false;
            _ticksWithoutPong = 0;
            Link.SendPing(++_pings);
        }
        else if (++_ticksWithoutPong >= patience)
        {
            // Looks are counted, not seconds: a host that stood still itself has no reproach to make.
            _ticksWithoutPong = 0;
            _context.Log.Hung(Number, ProcessId, _context.Options.HealthTimeout.TotalSeconds);
            Kill();
        }
    }

    /// <summary>(2) Why the worker is to be replaced, or null.</summary>
    internal string? WhyReplace()
    {
        if (_limit is { } limit && Link.Opened >= limit)
        {
            return $"it has had {Link.Opened} requests";
        }

        return _context.Options.WorkersMaxRss is { } most && _process.ResidentSet is var used && used > most
            ? $"it holds {used >> 20} MiB, more than {most >> 20}"
            : null;
    }

    void IWorkerEvents.OnReady(string pythonVersion, string loop, string appInterface)
    {
        _context.Log.Started(Number, ProcessId, pythonVersion, loop, appInterface);
        _ready.TrySetResult();
    }

    void IWorkerEvents.OnFailed(string message, string details) =>
        _ready.TrySetException(new PythonAppException(details.Length > 0 ? $"{message}{Environment.NewLine}{details}" : message));

    void IWorkerEvents.OnStopped(string? failure) => _shutdownFailure = failure;

    void IWorkerEvents.OnPong() => _isAnswered = true;

    void IWorkerEvents.OnLeaving() => _leaving.TrySetResult();

    void IWorkerEvents.OnLateFailure(string traceback) => _context.Log.LateFailure(Number, traceback);

    private async Task ReadAsync()
    {
        try
        {
            await Link.RunAsync();
        }
        catch (MarshalException exception)
        {
            _context.Log.Malformed(Number, exception.Message);
            Kill();
        }
        catch (Exception exception)
        {
            // Nobody reads any more: what it has in flight would hang.
            Kill();
            _context.Log.NotRead(Number, exception);
        }
    }

    private async Task RunAsync()
    {
        Task reading = ReadAsync();
        Task gone = _process.WaitAsync();
        if (await Task.WhenAny(reading, gone) == gone)
        {
            // What it has sent is read to its end, which does not come where a child of the worker's holds the connection open.
            Link.TakeNoMore();
            await reading.WaitAsync(LastRead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Link.Dispose();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        LostStreams = Link.Lost;
        Task<string> exit = _process.ExitAsync();

        // Its end of the connection is closed, so it is about to end; one that does not is no worker any more.
        if (await Task.WhenAny(exit, Task.Delay(_context.Options.StopTimeout)) != exit)
        {
            _context.Log.Killed(Number, ProcessId, "it has closed its connection and does not end");
            Kill();
        }

        string how = await exit;
        Link.Dispose();
        _process.Dispose();
        _ready.TrySetException(new PythonAppException($"The worker ended while its app was starting, with {how}. What it printed stands in the log."));
        _ended.TrySetResult(how);
    }
}
