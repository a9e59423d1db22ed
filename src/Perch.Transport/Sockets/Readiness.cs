namespace Perch.Transport.Sockets;

/// <summary>
/// Whether a descriptor may be ready, and whether somebody waits for that. The kernel reports each change once: one that comes while nobody
/// waits is remembered, one that comes while a call finds nothing is not lost. A wait is ended by the one who claims it.
/// </summary>
internal struct Readiness(bool isReady)
{
    private const int Unknown = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private int _state = isReady ? Ready : Unknown;

    /// <summary>Somebody waits.</summary>
    internal readonly bool IsWaiting => Volatile.Read(in _state) == Waiting;

    /// <summary>Something may be there: a call to the kernel is worth it. What is reported from here on is remembered.</summary>
    internal bool TryTake() => Volatile.Read(ref _state) == Ready && Interlocked.Exchange(ref _state, Unknown) == Ready;

    /// <summary>A call has left something: the next is worth it.</summary>
    internal void Keep() => Volatile.Write(ref _state, Ready);

    /// <summary>Nothing was there: from now on the caller waits. False if something has come meanwhile.</summary>
    internal bool TryWait() => Interlocked.CompareExchange(ref _state, Waiting, Unknown) == Unknown;

    /// <summary>Waits although something may be there, for the turn to come round.</summary>
    internal void Wait() => Interlocked.Exchange(ref _state, Waiting);

    /// <summary>The kernel reports a change. True if that claims a wait.</summary>
    internal bool Set() => Volatile.Read(ref _state) != Ready && Interlocked.Exchange(ref _state, Ready) == Waiting;

    /// <summary>Ends a wait for another reason. False if nobody waits, or somebody else has claimed the wait.</summary>
    internal bool TryClaim() => Interlocked.CompareExchange(ref _state, Unknown, Waiting) == Waiting;
}
