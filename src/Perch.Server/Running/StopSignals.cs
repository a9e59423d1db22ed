using System.Runtime.InteropServices;

namespace Perch.Server.Running;

/// <summary>SIGTERM and SIGINT: the first asks for a stop, the second for the end.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;
    private int _count;

    internal StopSignals(CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _stop.Token.UnsafeRegister(static stopped => ((TaskCompletionSource)stopped!).TrySetResult(), _stopped);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
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
        _terminate.Dispose();
        _interrupt.Dispose();
        _stop.Dispose();
        _end.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        // The runtime's own answer would end the process now.
        signal.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
        {
            _stop.Cancel();
            return;
        }

        _end.Cancel();
        _ended.TrySetResult();
    }
}
