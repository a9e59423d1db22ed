namespace Perch.Http.WebSockets;

/// <summary>
/// Who has the output. It is taken and given back without the lock by who writes one message: the way of almost all of them. Under the lock
/// it is taken for what is due, which waits there until who has the output sees it.
/// </summary>
internal sealed partial class WebSocketSession
{
    private const int OutputFree = 0;
    private const int OutputTaken = 1;
    private const int OutputTakenWithDue = 2;

    private int _outputState;

    private bool IsWriting => Interlocked.CompareExchange(ref _outputState, OutputFree, OutputFree) != OutputFree;

    /// <summary>Nothing more is sent but what is due.</summary>
    private bool IsOutputOver => _isClosing || _isOutputLost;

    /// <summary>Takes the output, if it is free and messages may be sent.</summary>
    private bool TryTake()
    {
        if (IsOutputOver || Interlocked.CompareExchange(ref _outputState, OutputTaken, OutputFree) != OutputFree)
        {
            return false;
        }

        // A close that was begun meanwhile has found the output free, and may have written its frame, the last.
        if (!IsOutputOver)
        {
            return true;
        }

        EndWriting();
        return false;
    }

    /// <summary>Under the lock, when something is due. True if the output was free: the caller is to write.</summary>
    private bool TakeForDue() => Interlocked.Exchange(ref _outputState, OutputTakenWithDue) == OutputFree;

    /// <summary>By who has the output, for one message: gives it back, or writes what has become due.</summary>
    private void EndWriting()
    {
        if (Interlocked.CompareExchange(ref _outputState, OutputFree, OutputTaken) != OutputTaken)
        {
            WriteOn(done: default);
        }
        else if (_hasReadAll)
        {
            lock (_gate)
            {
                TryEnd();
            }
        }
    }

    /// <summary>Under the lock, by who has the output: nothing is due.</summary>
    private void Free()
    {
        Volatile.Write(ref _outputState, OutputFree);
        TryEnd();
    }
}
