using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Perch.Transport.Interop;
using Perch.Transport.Loops;
using Perch.Transport.Sockets;

namespace Perch.Transport.Connections;

/// <summary>
/// What is sent to a peer, as a pipe:
/// <list type="number">
/// <item>what is written stands in blocks until it is flushed;</item>
/// <item>a flush gives it to the socket, on the caller's thread. Those that follow while the loop is with the same connection leave
/// together, when it is done with it;</item>
/// <item>what the kernel does not take is sent by the loop when it does, and the flush waits for that. So it does when nobody flushes any
/// more, and ends the peer's input behind it.</item>
/// </list>
/// </summary>
internal sealed unsafe class SocketWriter(SocketPipes pipes) : PipeWriter, IValueTaskSource<FlushResult>, IThreadPoolWorkItem
{
    /// <summary>Blocks that leave in one call.</summary>
    private const int MostVectors = 16;

    /// <summary>From here on a write goes to the socket from where it is.</summary>
    private const int LargeWrite = 4 * 1024;

    /// <summary>What flushes may leave for later: as much as Kestrel's sockets hold before a flush waits.</summary>
    private const int MostDeferred = 64 * 1024;

    // Guards what is sent, against the loop: not what is written, which has one writer.
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<FlushResult> _flush;
    private Readiness _readiness = new(isReady: true);
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _cancelledBy;
    private BlockChain _written;
    private BlockChain _sending;
    private TaskCompletionSource? _whenSent;
    private FlushResult _flushResult;
    private CallBudget _budget;
    private bool _isDeferred;
    private bool _hasFlush;
    private bool _isFlushing;
    private bool _isCancelRequested;
    private bool _isCompleted;

    private enum Sent
    {
        All,
        Part,
        Lost,
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written.Length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIfCompleted();
        return _written.GetMemory(sizeHint, pipes.Loop!);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _written.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<FlushResult>(cancellationToken) : Flush(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        ReadOnlySpan<byte> rest = source.Span;
        if (rest.Length >= LargeWrite)
        {
            rest = rest[SendDirectly(rest)..];
        }

        lock (_gate)
        {
            // Somebody may complete it meanwhile, and the blocks are another connection's then.
            ThrowIfCompleted();
            _written.Append(rest, pipes.Loop!);
        }

        return Flush(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_gate)
        {
            if (!TryTakeFlush(new FlushResult(isCanceled: true, isCompleted: false)))
            {
                _isCancelRequested = true;
                return;
            }
        }

        EndFlushElsewhere();
    }

    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            if (_isCompleted)
            {
                return;
            }

            _isCompleted = true;
            if (exception is null)
            {
                _written.MoveTo(ref _sending, pipes.Loop!);
                TrySend();
            }
        }

        if (exception is not null)
        {
            pipes.AbortConnection("The connection's writer has failed.", exception);
        }
    }

    /// <summary>On the loop: the kernel takes more, or the connection is lost.</summary>
    internal void OnReady(bool isInline)
    {
        if (_readiness.Set())
        {
            SendRest(isInline);
        }
    }

    /// <summary>The connection is lost: a flush ends, and what was to be sent is dropped.</summary>
    internal void Fail()
    {
        lock (_gate)
        {
            TrySend();
            if (!TryTakeFlush(new FlushResult(isCanceled: false, isCompleted: true)))
            {
                return;
            }
        }

        EndFlushElsewhere();
    }

    /// <summary>Ends when nothing is left to be sent, or the connection is lost.</summary>
    internal Task WhenSentAsync()
    {
        lock (_gate)
        {
            return _sending.IsEmpty || pipes.Fault is not null ? Task.CompletedTask : (_whenSent ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_cancelledBy.IsCancellationRequested)
        {
            _flush.SetException(new OperationCanceledException(_cancelledBy));
        }
        else
        {
            _flush.SetResult(_flushResult);
        }
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        if (_cancellation != default)
        {
            _cancellation.Dispose();
            _cancellation = default;
        }

        _isFlushing = false;
        return _flush.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _flush.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _flush.OnCompleted(continuation, state, token, flags);

    private ValueTask<FlushResult> Flush(CancellationToken cancellation)
    {
        short version;
        lock (_gate)
        {
            if (_isFlushing && _flush.GetStatus(_flush.Version) == ValueTaskSourceStatus.Pending)
            {
                throw new InvalidOperationException("A flush has not ended yet.");
            }

            _written.MoveTo(ref _sending, pipes.Loop!);
            bool isLeft = (_isDeferred || _budget.IsBegun(pipes.Loop!)) && TryLeave();
            Sent sent = isLeft ? Sent.All : TrySend();

            // The loop's other sockets have their turn before this one goes on.
            bool waits = sent == Sent.Part || (sent == Sent.All && _budget.IsSpent(pipes.Loop!) && TryDefer());
            if (!waits || _isCancelRequested)
            {
                bool isCanceled = _isCancelRequested;
                _isCancelRequested = false;
                return new(new FlushResult(isCanceled, isCompleted: sent == Sent.Lost));
            }

            _flush.Reset();
            _cancelledBy = default;
            _hasFlush = true;
            _isFlushing = true;
            version = _flush.Version;
        }

        if (cancellation.CanBeCanceled)
        {
            _cancellation = cancellation.UnsafeRegister(static (writer, token) => ((SocketWriter)writer!).Cancel(token), this);
        }

        return new(this, version);
    }

    /// <summary>
    /// A flush that follows another while the loop is with this connection is left for the end of the turn: an app that flushes every piece
    /// of what it has at hand would make a call to the kernel for each.
    /// </summary>
    private bool TryLeave() => _sending.Length <= MostDeferred && !_readiness.IsWaiting && pipes.Fault is null && TryDefer();

    /// <summary>Has the rest sent at the end of the turn, and a flush that waits ended. False if this is not the loop's thread.</summary>
    private bool TryDefer() => _isDeferred = _isDeferred || EventLoop.TryDefer(static state => ((SocketWriter)state).OnTurn(), this);

    private void OnTurn()
    {
        lock (_gate)
        {
            _isDeferred = false;
        }

        SendRest(isInline: true);
    }

    private void SendRest(bool isInline)
    {
        lock (_gate)
        {
            Sent sent = TrySend();
            if (sent == Sent.Part || !TryTakeFlush(new FlushResult(isCanceled: false, isCompleted: sent == Sent.Lost)))
            {
                return;
            }
        }

        if (isInline)
        {
            _flush.SetResult(_flushResult);
        }
        else
        {
            EndFlushElsewhere();
        }
    }

    private void Cancel(CancellationToken token)
    {
        lock (_gate)
        {
            if (!TryTakeFlush(default))
            {
                return;
            }

            _cancelledBy = token;
        }

        EndFlushElsewhere();
    }

    /// <summary>Whoever takes the flush that waits ends it, with the result.</summary>
    private bool TryTakeFlush(FlushResult result)
    {
        bool hadFlush = _hasFlush;
        if (hadFlush)
        {
            _hasFlush = false;
            _flushResult = result;
        }

        return hadFlush;
    }

    /// <summary>On the thread pool: who ends it may hold a lock.</summary>
    private void EndFlushElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Gives the socket what it takes. What is left is sent when the loop says so.</summary>
    private Sent TrySend()
    {
        while (!_sending.IsEmpty)
        {
            if (pipes.Fault is not null)
            {
                break;
            }

            if (!_readiness.TryTake())
            {
                // It waits already, from a flush before, or begins to; or something has come meanwhile.
                if (_readiness.IsWaiting || _readiness.TryWait())
                {
                    return Sent.Part;
                }

                continue;
            }

            _budget.Spend(pipes.Loop!);
            long count = _sending.IsOneBlock ? Send(_sending.First) : SendMany();
            if (count > 0)
            {
                _sending.Consume(count, pipes.Loop!);
            }
        }

        _sending.Clear(pipes.Loop!);
        _whenSent?.TrySetResult();
        if (pipes.Fault is not null)
        {
            return Sent.Lost;
        }

        if (_isCompleted)
        {
            pipes.EndOutput();
        }

        return Sent.All;
    }

    /// <summary>Sends what it can of a large piece of memory, in its place behind what was written before.</summary>
    private int SendDirectly(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            _written.MoveTo(ref _sending, pipes.Loop!);
            if (TrySend() != Sent.All)
            {
                return 0;
            }

            int sent = 0;
            while (sent < data.Length && _readiness.TryTake())
            {
                _budget.Spend(pipes.Loop!);
                sent += (int)Send(data[sent..]);
            }

            return sent;
        }
    }

    private long Send(ReadOnlySpan<byte> data)
    {
        if (!pipes.TryUse(out int descriptor))
        {
            return 0;
        }

        try
        {
            fixed (byte* pointer = data)
            {
                return Judge(LibC.Send(descriptor, pointer, (nuint)data.Length, LibC.NoSignal));
            }
        }
        finally
        {
            pipes.Release();
        }
    }

    private long SendMany()
    {
        Segments segments = default;
        Span<ArraySegment<byte>> blocks = segments;
        blocks = blocks[.._sending.CopyFirst(blocks)];
        if (!pipes.TryUse(out int descriptor))
        {
            return 0;
        }

        LibC.Vector* vectors = stackalloc LibC.Vector[MostVectors];
        Span<GCHandle> handles = stackalloc GCHandle[MostVectors];
        try
        {
            for (int i = 0; i < blocks.Length; i++)
            {
                handles[i] = GCHandle.Alloc(blocks[i].Array, GCHandleType.Pinned);
                vectors[i] = new() { Base = (byte*)handles[i].AddrOfPinnedObject() + blocks[i].Offset, Length = (nuint)blocks[i].Count };
            }

            LibC.MessageHeader message = new() { Vectors = vectors, VectorCount = (nuint)blocks.Length };
            return Judge(LibC.SendMessage(descriptor, &message, LibC.NoSignal));
        }
        catch (Exception exception)
        {
            // No memory, most likely. What the kernel has said is taken, and would not be said again.
            pipes.AbortConnection("The connection could not be written.", exception);
            return 0;
        }
        finally
        {
            foreach (ref GCHandle handle in handles[..blocks.Length])
            {
                if (handle.IsAllocated)
                {
                    handle.Free();
                }
            }

            pipes.Release();
        }
    }

    /// <summary>What a call has sent; what its error means.</summary>
    private long Judge(nint count)
    {
        if (count >= 0)
        {
            _readiness.Keep();
            return count;
        }

        switch (Marshal.GetLastPInvokeError())
        {
            case Errno.EAGAIN:
                break;
            case Errno.EINTR:
                _readiness.Keep();
                break;
            case int error:
                pipes.Lose(error);
                break;
        }

        return 0;
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
        }
    }

    [InlineArray(MostVectors)]
    private struct Segments
    {
        private ArraySegment<byte> _first;
    }
}
