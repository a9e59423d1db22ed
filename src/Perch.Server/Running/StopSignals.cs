using System.Runtime.InteropServices;

namespace Perch.Server.Running;

/// <summary>
/// SIGTERM and SIGINT ask for a stop; a SIGINT behind one of them for the end. SIGTERM does not, however often it comes: who signals a
/// process and its group sends two.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _isAsked;

    /// <param name="cancellation">Asks for a stop as well.</param>
    /// <param name="isWorker">
    /// Whether another process decides: a terminal sends its signals to all, and SIGHUP, SIGTTIN and SIGTTOU mean something to that one.
    /// </param>
    internal StopSignals(bool isWorker, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _stop.Token.UnsafeRegister(static stopped => ((TaskCompletionSource)stopped!).TrySetResult(), _stopped);
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        if (!isWorker || OperatingSystem.IsWindows())
        {
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
            return;
        }

        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGTTIN, PosixSignal.SIGTTOU])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, static signal => signal.Cancel = true));
        }
    }

    /// <summary>Fires when a stop is asked for.</summary>
    internal CancellationToken Stop => _stop.Token;

    /// <summary>Fires when the end is asked for.</summary>
    internal CancellationToken End => _end.Token;

    /// <summary>Ends when a stop is asked for.</summary>
    internal Task StopAsync() => _stopped.Task;

    /// <summary>Ends when the end is asked for.</summary>
    internal Task EndAsync() => _ended.Task;

    public void Dispose()
    {
        _signals.ForEach(static signal => signal.Dispose());
        _stop.Dispose();
        _end.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        // The runtime's own answer would end the process now.
        signal.Cancel = true;
        try
        {
            if (Interlocked.Exchange(ref _isAsked, 1) == 0)
            {
                _stop.Cancel();
            }
            else if (signal.Signal == PosixSignal.SIGINT)
            {
                _end.Cancel();
                _ended.TrySetResult();
            }
        }
        catch (ObjectDisposedException)
        {
            // Another handler of the same signal came first, and all has ended since.
        }
    }
}
