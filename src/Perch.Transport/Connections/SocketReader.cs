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
    private CallBudget _budget;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _cancelledBy;

    // Whoever takes it out has it alone: a read that runs, or what gives it back.
    private byte[]? _block;
    private int _start;
    private int _end;
    private int _examined;
    private bool _hasEnded;
    private bool _wasFull;
    private bool _isReading;
    private int _isCancelRequested;
    private volatile bool _isCompleted;
    private volatile bool _mayEnd;

    /// <summary>Something can be read without the socket.</summary>
    private bool HasNews => Volatile.Read(ref _isCancelRequested) != 0 || _end > _examined || _hasEnded;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        ThrowIfReading();
        if (_budget.IsSpent(pipes.Loop!) && !HasNews && TryWaitForTurn())
        {
            return Pending(cancellationToken);
        }

        while (true)
        {
            if (TryTake(out ReadResult result))
            {
                return new(result);
            }

            LetGo();
            _wait.Reset();
            if (_readiness.TryWait() && !ShallNotWait())
            {
                return Pending(cancellationToken);
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfReading();
        return TryTake(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ThrowIfReading();
        if (_block is not { } block)
        {
            // Nothing was there.
            return;
        }

        int start = IndexOf(consumed, block);
        int seen = IndexOf(examined, block);
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
        EndWait();
    }

    public override void Complete(Exception? exception = null)
    {
        _isCompleted = true;
        GiveBlock();
    }

    /// <summary>On the loop: there may be something to read, or the end. True if that claims a wait: <see cref="GoOn(bool)"/> is to follow.</summary>
    internal bool TryClaim(bool mayEnd)
    {
        if (mayEnd && !_mayEnd)
        {
            _mayEnd = true;

            // A read that finds the data after it has taken what is set here has to find this too.
            Interlocked.MemoryBarrier();
        }

        return _readiness.Set();
    }

    /// <summary>A wait was claimed because there may be something: reads it, or goes on waiting.</summary>
    internal void GoOn(bool isInline)
    {
        if (isInline)
        {
            GoOn();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>The connection is lost: a wait ends.</summary>
    internal void Fail() => EndWait();

    /// <summary>Throws away what has come and was not read: closed with it, the connection is reset, and the end of what was sent to the peer is lost.</summary>
    internal void Discard()
    {
        if (_hasEnded || pipes.Fault is not null)
        {
            return;
        }

        byte[] block = pipes.Loop!.TakeBlock();
        for (int i = 0; i < CallBudget.MostCalls && _readiness.TryTake() && pipes.TryUse(out int descriptor); i++)
        {
            nint count;
            fixed (byte* pointer = block)
            {
                count = LibC.Receive(descriptor, pointer, (nuint)block.Length, 0);
            }

            pipes.Release();
            if (count > 0)
            {
                _readiness.Keep();
            }
        }

        pipes.Loop!.GiveBlock(block);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_cancelledBy.IsCancellationRequested)
        {
            CancellationToken token = _cancelledBy;
            _cancelledBy = default;
            _wait.SetException(new OperationCanceledException(token));
        }
        else
        {
            GoOn();
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        if (_cancellation != default)
        {
            _cancellation.Dispose();
            _cancellation = default;
        }

        _isReading = false;
        return _wait.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private ValueTask<ReadResult> Pending(CancellationToken cancellation)
    {
        _isReading = true;
        if (cancellation.CanBeCanceled)
        {
            _cancellation = cancellation.UnsafeRegister(static (reader, token) => ((SocketReader)reader!).Cancel(token), this);
        }

        return new(this, _wait.Version);
    }

    /// <summary>
    /// Waits until the loop's other sockets have had their turn. False if there is no turn to wait for, or something came between: whatever
    /// there is can be read now.
    /// </summary>
    private bool TryWaitForTurn()
    {
        LetGo();
        _wait.Reset();
        _readiness.Wait();
        bool hasTurn = EventLoop.TryDefer(static state => ((SocketReader)state).OnTurn(), this);
        if (hasTurn ? !ShallNotWait() : !_readiness.TryClaim())
        {
            return true;
        }

        _readiness.Keep();
        return false;
    }

    private void OnTurn()
    {
        if (TryClaim(mayEnd: false))
        {
            GoOn();
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (_readiness.TryClaim())
        {
            _cancelledBy = token;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>A wait finds out why it is ended, on the thread pool: whoever claims it elsewhere than on the loop may hold a lock.</summary>
    private void EndWait()
    {
        if (_readiness.TryClaim())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void GoOn()
    {
        ReadResult result;
        try
        {
            if (_isCompleted)
            {
                pipes.ThrowIfLost();
            }

            while (!TryTake(out result))
            {
                LetGo();
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

    private bool TryTake(out ReadResult result)
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

    /// <summary>Reads from the socket what is there, or its end.</summary>
    private bool TryReceive()
    {
        pipes.ThrowIfLost();
        while (_readiness.TryTake())
        {
            if (!pipes.TryUse(out int descriptor))
            {
                pipes.ThrowIfLost();
                return false;
            }

            byte[] block;
            int end;
            nint count;
            int error;
            try
            {
                _budget.Spend(pipes.Loop!);
                block = TakeRoom();
                end = _end;
                fixed (byte* pointer = block.AsSpan(end))
                {
                    count = LibC.Receive(descriptor, pointer, (nuint)(block.Length - end), 0);
                }

                error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            finally
            {
                pipes.Release();
            }

            PutBack(block);
            if (count > 0)
            {
                _end = end + (int)count;
                _wasFull = _end == block.Length;
                if (_wasFull || _mayEnd)
                {
                    // There may be more, or the end, and the kernel does not say so again.
                    _readiness.Keep();
                }

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

    /// <summary>Takes the block, with room behind what was not consumed.</summary>
    private byte[] TakeRoom()
    {
        if (Interlocked.Exchange(ref _block, null) is not { } block)
        {
            return TakeEmpty();
        }

        int length = _end - _start;
        if (length == 0 && _wasFull && block.Length < LargeBlock)
        {
            pipes.Loop!.GiveBlock(block);
            return TakeEmpty();
        }

        if (_end < block.Length)
        {
            return block;
        }

        // One that is more than half full is not worth the move.
        byte[] room = length > block.Length / 2 ? Blocks.TakeLarge(Math.Max(block.Length * 2, LargeBlock)) : block;
        Buffer.BlockCopy(block, _start, room, 0, length);
        _examined -= _start;
        _start = 0;
        _end = length;
        if (room != block)
        {
            pipes.Loop!.GiveBlock(block);
        }

        return room;
    }

    private byte[] TakeEmpty()
    {
        _start = 0;
        _end = 0;
        _examined = 0;
        return _wasFull ? Blocks.TakeLarge(LargeBlock) : pipes.Loop!.TakeBlock();
    }

    private void PutBack(byte[] block)
    {
        Interlocked.Exchange(ref _block, block);
        if (_isCompleted)
        {
            // Completed meanwhile: it did not find the block.
            GiveBlock();
        }
    }

    /// <summary>Nothing is there to read: no more memory is held than what was not consumed needs.</summary>
    private void LetGo()
    {
        int length = _end - _start;
        if (length == 0)
        {
            GiveBlock();
        }
        else if (length <= FewBytes && _block is { Length: > SmallBlock } && Interlocked.Exchange(ref _block, null) is { } block)
        {
            byte[] small = Blocks.TakeLarge(SmallBlock);
            Buffer.BlockCopy(block, _start, small, 0, length);
            pipes.Loop!.GiveBlock(block);
            _start = 0;
            _end = length;
            _examined = length;
            PutBack(small);
        }
    }

    private void GiveBlock()
    {
        if (Interlocked.Exchange(ref _block, null) is { } block)
        {
            pipes.Loop!.GiveBlock(block);
        }
    }

    private int IndexOf(SequencePosition position, byte[] block) =>
        position.GetObject() == block ? position.GetInteger()
        : position.Equals(default) ? _start
        : throw new InvalidOperationException("The position is not in what was read.");

    private void ThrowIfReading()
    {
        if (_isReading && _wait.GetStatus(_wait.Version) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("A read has not ended yet.");
        }
    }

    private ReadResult Result(bool isCanceled) =>
        new(_block is not { } block ? ReadOnlySequence<byte>.Empty : new(block, _start, _end - _start), isCanceled, _hasEnded);
}
