using Perch.Transport.Interop;
using Perch.Transport.Loops;

namespace Perch.Transport.Sockets;

/// <summary>
/// A descriptor on a loop. It stays open while a call uses it: a number that was closed meanwhile could be another connection's already.
/// </summary>
/// <param name="descriptor">The descriptor.</param>
/// <param name="isShared">Others may have the same open: the kernel then does not take it off the loop when it is closed here.</param>
internal abstract class LoopSocket(int descriptor, bool isShared)
{
    private const int Closed = int.MinValue;

    private int _uses;

    /// <summary>What the kernel reports for this socket, and no other that had its place before.</summary>
    internal long Token { get; set; }

    /// <summary>The loop it is on.</summary>
    internal EventLoop? Loop { get; set; }

    /// <summary>The descriptor is closed, or will be as soon as no call uses it.</summary>
    internal bool IsClosed => Volatile.Read(ref _uses) < 0;

    /// <summary>On the loop: something has happened to the descriptor.</summary>
    internal abstract void OnReady(EpollEvents events);

    /// <summary>Takes the descriptor for a call; false when it has been closed. <see cref="Release"/> gives it back.</summary>
    internal bool TryUse(out int number)
    {
        number = descriptor;
        int uses = Volatile.Read(ref _uses);
        while (uses >= 0)
        {
            int before = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (before == uses)
            {
                return true;
            }

            uses = before;
        }

        return false;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _uses) == Closed)
        {
            CloseNow();
        }
    }

    /// <summary>Closes the descriptor as soon as no call uses it. False if that has been asked for before.</summary>
    internal bool CloseDescriptor()
    {
        int uses = Volatile.Read(ref _uses);
        while (uses >= 0)
        {
            // This is a use too: it comes off the loop before the number can be another's.
            int before = Interlocked.CompareExchange(ref _uses, uses + 1 + Closed, uses);
            if (before == uses)
            {
                Loop?.Remove(this, descriptor, isClosed: !isShared);
                Release();
                return true;
            }

            uses = before;
        }

        return false;
    }

    /// <summary>Nobody uses the descriptor, and nobody will.</summary>
    private protected virtual void CloseNow() => _ = LibC.Close(descriptor);
}
