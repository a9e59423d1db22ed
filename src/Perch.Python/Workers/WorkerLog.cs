using Microsoft.Extensions.Logging;

namespace Perch.Python.Workers;

/// <summary>What becomes of the workers, and what they print.</summary>
internal sealed partial class WorkerLog(ILoggerFactory loggers)
{
    private readonly ILogger _workers = loggers.CreateLogger("Perch.Python");
    private readonly ILogger _output = loggers.CreateLogger("Perch.Python.Output");

    /// <summary>A line that a worker printed, or its logging wrote.</summary>
    internal void Line(int worker, string line) => Line(_output, worker, line);

    internal void Started(int worker, int process, string python, string loop, string appInterface) =>
        Started(_workers, worker, process, python, loop, appInterface);

    internal void StartFailed(int worker, string reason) => StartFailed(_workers, worker, reason);

    internal void Died(int worker, int process, string how, int lost) => Died(_workers, worker, process, how, lost);

    internal void Hung(int worker, int process, double seconds) => Hung(_workers, worker, process, seconds);

    internal void Replaced(int worker, int process, string reason) => Replaced(_workers, worker, process, reason);

    internal void Stopped(int worker, int process) => Stopped(_workers, worker, process);

    internal void Killed(int worker, int process, string reason) => Killed(_workers, worker, process, reason);

    internal void ShutdownFailed(int worker, string failure) => ShutdownFailed(_workers, worker, failure);

    internal void GaveUp(int worker, int attempts) => GaveUp(_workers, worker, attempts);

    internal void LateFailure(int worker, string traceback) => LateFailure(_workers, worker, traceback);

    internal void Malformed(int worker, string reason) => Malformed(_workers, worker, reason);

    internal void NotRead(int worker, Exception exception) => NotRead(_workers, worker, exception);

    [LoggerMessage(1, LogLevel.Information, "[worker {Worker}] {Line}", EventName = "WorkerOutput")]
    private static partial void Line(ILogger logger, int worker, string line);

    [LoggerMessage(2, LogLevel.Information, "Worker {Worker} has started: process {Process}, Python {Python}, {Loop}, {Interface}.", EventName = "WorkerStarted")]
    private static partial void Started(ILogger logger, int worker, int process, string python, string loop, string @interface);

    [LoggerMessage(3, LogLevel.Error, "Worker {Worker} did not start: {Reason}", EventName = "WorkerStartFailed")]
    private static partial void StartFailed(ILogger logger, int worker, string reason);

    [LoggerMessage(4, LogLevel.Error, "Worker {Worker} (process {Process}) died: {How}. It had {Lost} calls in flight.", EventName = "WorkerDied")]
    private static partial void Died(ILogger logger, int worker, int process, string how, int lost);

    [LoggerMessage(5, LogLevel.Error, "Worker {Worker} (process {Process}) has not answered for {Seconds} s and is killed.", EventName = "WorkerHung")]
    private static partial void Hung(ILogger logger, int worker, int process, double seconds);

    [LoggerMessage(6, LogLevel.Information, "Worker {Worker} (process {Process}) is replaced: {Reason}.", EventName = "WorkerReplaced")]
    private static partial void Replaced(ILogger logger, int worker, int process, string reason);

    [LoggerMessage(7, LogLevel.Information, "Worker {Worker} (process {Process}) has stopped.", EventName = "WorkerStopped")]
    private static partial void Stopped(ILogger logger, int worker, int process);

    [LoggerMessage(8, LogLevel.Warning, "Worker {Worker} (process {Process}) is killed: {Reason}.", EventName = "WorkerKilled")]
    private static partial void Killed(ILogger logger, int worker, int process, string reason);

    [LoggerMessage(9, LogLevel.Error, "Worker {Worker}: the app's shutdown failed: {Failure}", EventName = "WorkerShutdownFailed")]
    private static partial void ShutdownFailed(ILogger logger, int worker, string failure);

    [LoggerMessage(10, LogLevel.Critical, "Worker {Worker} could not be started {Attempts} times in a row and is given up.", EventName = "WorkerGivenUp")]
    private static partial void GaveUp(ILogger logger, int worker, int attempts);

    [LoggerMessage(11, LogLevel.Error, "Worker {Worker}: the app failed after its response was complete or its client had left. {Traceback}", EventName = "LateFailure")]
    private static partial void LateFailure(ILogger logger, int worker, string traceback);

    [LoggerMessage(12, LogLevel.Error, "Worker {Worker} sent what is not of the protocol, and is killed: {Reason}", EventName = "WorkerMalformed")]
    private static partial void Malformed(ILogger logger, int worker, string reason);

    [LoggerMessage(13, LogLevel.Error, "Worker {Worker} is killed: what it sent could not be taken.", EventName = "WorkerNotRead")]
    private static partial void NotRead(ILogger logger, int worker, Exception exception);

    // Next free id: 14.
}
