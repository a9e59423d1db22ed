using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Perch.Transport.Interop;
using Perch.Transport.Loops;
using Perch.Transport.Sockets;

namespace Perch.Transport.Connections;

/// <summary>
/// What a peer sends, as a pipe:
/// <list type="number">
/// <item>a read takes what there is from the socket, on the caller's thread;</item>
/// <item>if there is nothing, it waits for the loop, and holds no memory meanwhile but for bytes that were not consumed;</item>
/// <item>the loop reads when the kernel has something, and the reader goes on.</item>
/// </list>
/// What is not consumed stays in one piece: a block grows until its reader takes something.
/// </summary>
internal sealed unsafe class SocketReader(SocketPipes pipes) : PipeReader, IValueTaskSource<ReadResult>, IThreadPoolWorkItem
{
    /// <summary>A wait with no more than this has it moved to a small block.</summary>
    private const int FewBytes = 2 * 1024;

    private const int SmallBlock = 4 * 1024;

    /// <summary>A read after one that filled its block, and what did not fit into one.</summary>
    private const int LargeBlock = 64 * 1024;

    private ManualResetValueTaskSourceCore<ReadResult> _wait;
    private Readiness _readiness = new(isReady: true);
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _cancelledBy;
    private byte[]? _block;
    private int _start;
    private int _end;
    private int _examined;
    private bool _hasEnded;
    private bool _isCompleted;
    private bool _wasFull;
    private int _isCancelRequested;
    private volatile bool _mayEnd;
    private WaitEnd _waitEnd;

    /// <summary>How a wait ended that goes on on the thread pool.</summary>
    private enum WaitEnd
    {
        Ready,
        Cancelled,
        CancelledByToken,
        Lost,
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        while (true)
        {
            if (TryRead(out ReadResult result))
            {
                return new(result);
            }

            LetGo();
            _wait.Reset();
            if (_readiness.TryWait() && !ShallNotWait())
            {
                if (cancellationToken.CanBeCanceled)
                {
                    _cancellation = cancellationToken.UnsafeRegister(static (reader, token) => ((SocketReader)reader!).Cancel(token), this);
                }

                return new(this, _wait.Version);
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        }

        bool isCancelled = Volatile.Read(ref _isCancelRequested) != 0 && Interlocked.Exchange(ref _isCancelRequested, 0) != 0;
        bool hasNews = isCancelled || _end > _examined || _hasEnded || TryReceive();
        result = hasNews ? Result(isCancelled) : default;
        return hasNews;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_block is null)
        {
            // Nothing was there.
            return;
        }

        int start = IndexOf(consumed);
        int seen = IndexOf(examined);
        if (start < _start || start > seen || seen > _end)
        {
            throw new InvalidOperationException("The position is not in what was read, or more was consumed than examined.");
        }

        _start = start;
        _examined = seen;
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
            _examined = 0;
        }
    }

    public override void CancelPendingRead()
    {
        Interlocked.Exchange(ref _isCancelRequested, 1);
        if (_readiness.TryClaim())
        {
            Volatile.Write(ref _isCancelRequested, 0);
            EndWait(WaitEnd.Cancelled);
        }
    }

    public override void Complete(Exception? exception = null)
    {
        _isCompleted = true;
        GiveBlock();
    }

    /// <summary>On the loop: there may be something to read, or the end.</summary>
    internal void OnReady(bool mayEnd)
    {
        if (mayEnd)
        {
            _mayEnd = true;
        }

        if (!_readiness.Set())
        {
            return;
        }

        if (pipes.RunsInline)
        {
            GoOn();
        }
        else
        {
            EndWait(WaitEnd.Ready);
        }
    }

    /// <summary>The connection is lost: a wait ends.</summary>
    internal void Fail()
    {
        if (_readiness.TryClaim())
        {
            EndWait(WaitEnd.Lost);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        switch (_waitEnd)
        {
            case WaitEnd.Ready:
                GoOn();
                break;
            case WaitEnd.Cancelled:
                _wait.SetResult(Result(isCanceled: true));
                break;
            case WaitEnd.CancelledByToken:
                _wait.SetException(new OperationCanceledException(_cancelledBy));
                break;
            default:
                _wait.SetException(pipes.Fault!);
                break;
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        if (_cancellation != default)
        {
            _cancellation.Dispose();
            _cancellation = default;
        }

        return _wait.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (_readiness.TryClaim())
        {
            _cancelledBy = token;
            EndWait(WaitEnd.CancelledByToken);
        }
    }

    /// <summary>Ends a wait that was claimed, on the thread pool: whoever claims it elsewhere than on the loop may hold a lock.</summary>
    private void EndWait(WaitEnd end)
    {
        _waitEnd = end;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>A wait was claimed because there may be something: reads it, or goes on waiting.</summary>
    private void GoOn()
    {
        ReadResult result;
        try
        {
            while (!TryRead(out result))
            {
                if (_readiness.TryWait() && !ShallNotWait())
                {
                    return;
                }
            }
        }
        catch (Exception exception)
        {
            _wait.SetException(exception);
            return;
        }

        _wait.SetResult(result);
    }

    /// <summary>A request to cancel and a fault end only waits that they find: asked again when the wait has begun.</summary>
    private bool ShallNotWait() => (Volatile.Read(ref _isCancelRequested) != 0 || pipes.Fault is not null) && _readiness.TryClaim();

    /// <summary>Reads from the socket what is there, or its end.</summary>
    private bool TryReceive()
    {
        pipes.ThrowIfLost();
        while (_readiness.TryTake())
        {
            byte[] block = TakeRoom();
            nint count;
            int error = 0;
            if (!pipes.TryUse(out int descriptor))
            {
                pipes.ThrowIfLost();
                return false;
            }

            try
            {
                fixed (byte* pointer = block)
                {
                    count = LibC.Receive(descriptor, pointer + _end, (nuint)(block.Length - _end), 0);
                }

                error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            finally
            {
                pipes.Release();
            }

            if (count > 0)
            {
                OnReceived((int)count, block.Length);
                return true;
            }

            if (count == 0)
            {
                // A send may have taken the error; what is left of a reset is an end then.
                pipes.ThrowIfLost();
                _hasEnded = true;
                pipes.OnEnd();
                return true;
            }

            switch (error)
            {
                case Errno.EAGAIN:
                    break;
                case Errno.EINTR:
                    _readiness.Keep();
                    break;
                default:
                    pipes.Lose(error);
                    pipes.ThrowIfLost();
                    break;
            }
        }

        return false;
    }

    private void OnReceived(int count, int capacity)
    {
        _end += count;
        _wasFull = _end == capacity;
        if (_wasFull || _mayEnd)
        {
            // There may be more, or the end, and the kernel does not say so again.
            _readiness.Keep();
        }
    }

    /// <summary>Room behind what was not consumed.</summary>
    private byte[] TakeRoom()
    {
        if (_block is not { } block)
        {
            return _block = _wasFull ? Blocks.TakeLarge(LargeBlock) : pipes.Loop!.TakeBlock();
        }

        int length = _end - _start;
        if (_end < block.Length)
        {
            return block;
        }

        if (_start == 0)
        {
            _block = Blocks.TakeLarge(Math.Max(block.Length * 2, LargeBlock));
        }

        Buffer.BlockCopy(block, _start, _block, 0, length);
        _examined -= _start;
        _start = 0;
        _end = length;
        if (_block != block)
        {
            pipes.Loop!.GiveBlock(block);
        }

        return _block;
    }

    /// <summary>Nothing is there to read: no more memory is held than what was not consumed needs.</summary>
    private void LetGo()
    {
        int length = _end - _start;
        if (length == 0)
        {
            GiveBlock();
        }
        else if (length <= FewBytes && _block!.Length > SmallBlock)
        {
            byte[] small = Blocks.TakeLarge(SmallBlock);
            Buffer.BlockCopy(_block, _start, small, 0, length);
            GiveBlock();
            _block = small;
            _end = length;
            _examined = length;
        }
    }

    private void GiveBlock()
    {
        if (_block is { } block)
        {
            _block = null;
            _start = 0;
            _end = 0;
            _examined = 0;
            pipes.Loop!.GiveBlock(block);
        }
    }

    private int IndexOf(SequencePosition position) => position.GetObject() == _block ? position.GetInteger() : _start;

    private ReadResult Result(bool isCanceled) =>
        new(_block is null ? ReadOnlySequence<byte>.Empty : new(_block, _start, _end - _start), isCanceled, _hasEnded);
}
