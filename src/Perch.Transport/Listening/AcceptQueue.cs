using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Perch.Transport.Interop;
using Perch.Transport.Loops;
using Perch.Transport.Sockets;

namespace Perch.Transport.Listening;

/// <summary>The kernel's queue of a listening socket. One caller at a time waits for it.</summary>
internal sealed unsafe class AcceptQueue(Socket socket) : LoopSocket((int)socket.SafeHandle.DangerousGetHandle(), isShared: true), IValueTaskSource<Accepted>
{
    private ManualResetValueTaskSourceCore<Accepted> _wait;
    private Readiness _readiness = new(isReady: true);
    private CallBudget _budget;
    private CancellationTokenRegistration _cancellation;
    private volatile bool _hasEnded;

    /// <summary>The next connection; one without a descriptor when the listener has ended.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    internal ValueTask<Accepted> AcceptAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_budget.IsSpent(Loop!) && TryWaitForTurn())
        {
            return Pending(cancellation);
        }

        while (!_hasEnded)
        {
            if (TryAccept(out Accepted accepted))
            {
                return new(accepted);
            }

            _wait.Reset();
            if (_readiness.TryWait())
            {
                // Looked at again: End() claims only a wait that it finds.
                if (_hasEnded && _readiness.TryClaim())
                {
                    break;
                }

                return Pending(cancellation);
            }
        }

        return new(Accepted.Nothing);
    }

    /// <summary>The listener accepts no more.</summary>
    internal void End()
    {
        _hasEnded = true;
        if (_readiness.TryClaim())
        {
            _wait.SetResult(Accepted.Nothing);
        }
    }

    internal override void OnReady(EpollEvents events)
    {
        if (!_readiness.Set())
        {
            return;
        }

        Accepted accepted;
        while (!TryAccept(out accepted))
        {
            if (_hasEnded)
            {
                accepted = Accepted.Nothing;
                break;
            }

            if (_readiness.TryWait())
            {
                if (!_hasEnded || !_readiness.TryClaim())
                {
                    return;
                }
            }
        }

        // Here, on the loop: whoever accepts starts connections elsewhere, and goes on accepting.
        _wait.SetResult(accepted);
    }

    Accepted IValueTaskSource<Accepted>.GetResult(short token)
    {
        _cancellation.Dispose();
        return _wait.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<Accepted>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<Accepted>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private protected override void CloseNow() => socket.Dispose();

    private ValueTask<Accepted> Pending(CancellationToken cancellation)
    {
        short version = _wait.Version;
        _cancellation = cancellation.UnsafeRegister(static (queue, token) => ((AcceptQueue)queue!).Cancel(token), this);
        return new(this, version);
    }

    /// <summary>Waits until the loop's other sockets have had their turn. False if there is no turn to wait for, or the listener has ended.</summary>
    private bool TryWaitForTurn()
    {
        _wait.Reset();
        _readiness.Wait();
        bool hasTurn = EventLoop.TryDefer(static queue => ((AcceptQueue)queue).OnReady(EpollEvents.In), this);
        if (hasTurn && !_hasEnded)
        {
            return true;
        }

        if (!_readiness.TryClaim())
        {
            return true;
        }

        _readiness.Keep();
        return false;
    }

    private void Cancel(CancellationToken token)
    {
        if (_readiness.TryClaim())
        {
            _wait.SetException(new OperationCanceledException(token));
        }
    }

    private bool TryAccept(out Accepted accepted)
    {
        accepted = default;
        byte* address = stackalloc byte[PeerAddress.MaxSize];
        while (_readiness.TryTake())
        {
            if (!TryUse(out int listening))
            {
                return false;
            }

            _budget.Spend(Loop!);
            int length = PeerAddress.MaxSize;
            int descriptor, error;
            try
            {
                descriptor = LibC.Accept(listening, address, &length, LibC.SocketNonBlocking | LibC.SocketCloseOnExec);
                error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            finally
            {
                Release();
            }

            if (descriptor >= 0)
            {
                _readiness.Keep();
                accepted = new(descriptor, new PeerAddress(new ReadOnlySpan<byte>(address, Math.Min(length, PeerAddress.MaxSize))), null);
                return true;
            }

            switch (error)
            {
                case Errno.EAGAIN:
                    break;
                case Errno.EINTR or Errno.ECONNABORTED or Errno.EPROTO or Errno.ENOPROTOOPT:
                case Errno.ENONET or Errno.ENETDOWN or Errno.ENETUNREACH or Errno.EHOSTDOWN or Errno.EHOSTUNREACH:
                    // accept(2): errors that are pending on the new connection come out here; it is gone, others are not.
                    _readiness.Keep();
                    break;
                default:
                    _readiness.Keep();
                    accepted = Accepted.Nothing with { Failure = Marshal.GetPInvokeErrorMessage(error) };
                    return true;
            }
        }

        return false;
    }
}
