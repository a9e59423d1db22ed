using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;
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
/// What is not consumed stays where it is, as in the platform's own pipes: readers hold on to it while more is read behind it.
/// </summary>
internal sealed unsafe class SocketReader(SocketPipes pipes) : PipeReader, IValueTaskSource<ReadResult>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<ReadResult> _wait;
    private Readiness _readiness = new(isReady: true);
    private CallBudget _budget;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _cancelledBy;

    // What was not consumed: from a place in the first block to one in the last. Whoever has set _isHeld has them alone: a read that runs,
    // or what gives them back.
    private ReadBlock? _first;
    private ReadBlock? _last;
    private int _start;
    private int _end;
    private long _examined;
    private int _isHeld;
    private bool _hasEnded;
    private bool _wasFull;
    private bool _isReading;
    private int _isCancelRequested;
    private volatile bool _isCompleted;
    private volatile bool _mayEnd;
    private volatile bool _isAtEnd;

    /// <summary>Something can be read without the socket.</summary>
    private bool HasNews => Volatile.Read(ref _isCancelRequested) != 0 || HasUnexamined || _hasEnded;

    private bool HasUnexamined => _last is not null && PlaceOf(_last, _end) > _examined;

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
        if (_first is not { } first || _last is not { } last)
        {
            // Nothing was there.
            return;
        }

        (ReadBlock block, int index) = Find(consumed);
        (ReadBlock seenBlock, int seenIndex) = Find(examined);
        long start = PlaceOf(block, index);
        long seen = PlaceOf(seenBlock, seenIndex);
        long end = PlaceOf(last, _end);
        if (start < PlaceOf(first, _start) || start > seen || seen > end)
        {
            throw new InvalidOperationException("The position is not in what was read, or more was consumed than examined.");
        }

        if (start == end)
        {
            // All is consumed: the last block is filled from its beginning again.
            (block, index) = (last, 0);
            _end = 0;
            seen = last.RunningIndex;
        }

        if (first != block)
        {
            GiveUntil(block);
        }

        _start = index;
        _examined = seen;
    }

    public override void CancelPendingRead()
    {
        Interlocked.Exchange(ref _isCancelRequested, 1);
        EndWait();
    }

    public override void Complete(Exception? exception = null)
    {
        _isCompleted = true;
        GiveBlocks();
    }

    /// <summary>The peer has closed its side, and everything that it sent has been read.</summary>
    internal void SetAtEnd() => _isAtEnd = true;

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
        bool hasNews = isCancelled || HasUnexamined || _hasEnded || TryReceive();
        result = hasNews ? Result(isCancelled) : default;
        return hasNews;
    }

    /// <summary>Reads from the socket what is there, or its end.</summary>
    private bool TryReceive()
    {
        if (_isAtEnd && pipes.Fault is (null or ConnectionAbortedException))
        {
            // Whoever was told that the client has closed may have closed this side; that does not make it a fault.
            _hasEnded = true;
            return true;
        }

        pipes.ThrowIfLost();
        while (_readiness.TryTake())
        {
            if (!pipes.TryUse(out int descriptor))
            {
                pipes.ThrowIfLost();
                return false;
            }

            ReadBlock block;
            nint count;
            int error;
            try
            {
                if (Interlocked.CompareExchange(ref _isHeld, 1, 0) != 0)
                {
                    // Completed, and being given back.
                    return false;
                }

                _budget.Spend(pipes.Loop!);
                block = TakeRoom();
                fixed (byte* pointer = block.Bytes.AsSpan(_end))
                {
                    count = LibC.Receive(descriptor, pointer, (nuint)(block.Bytes.Length - _end), 0);
                }

                error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                _end += (int)Math.Max(0, count);
                _wasFull = _end == block.Bytes.Length;
                LetBlocks();
            }
            catch (Exception exception)
            {
                // No memory, most likely. What the kernel has said is taken, and would not be said again.
                ForgetBlocks();
                pipes.AbortConnection("The connection could not be read.", exception);
                throw;
            }
            finally
            {
                pipes.Release();
            }

            if (count > 0)
            {
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

    /// <summary>The last block, with room behind what was not consumed.</summary>
    private ReadBlock TakeRoom()
    {
        if (_last is not { } last)
        {
            return _first = _last = TakeBlock();
        }

        if (_end == 0 && _wasFull && last.Bytes.Length < ReadBlocks.LargeSize)
        {
            // Nothing is in it, and more will come than it holds.
            pipes.Loop!.GiveBlock(last);
            _first = _last = TakeBlock();
            _start = 0;
            _examined = 0;
        }
        else if (_end == last.Bytes.Length)
        {
            last.Append(_last = TakeBlock());
            _end = 0;
        }

        return _last;
    }

    private ReadBlock TakeBlock() => _wasFull ? ReadBlocks.TakeLarge() : pipes.Loop!.TakeReadBlock();

    /// <summary>The read is over, and the blocks are the reader's again.</summary>
    private void LetBlocks()
    {
        Interlocked.Exchange(ref _isHeld, 0);
        if (_isCompleted)
        {
            // Completed meanwhile: it did not get them.
            GiveBlocks();
        }
    }

    /// <summary>Nothing is there to read: no more memory is held than what was not consumed needs.</summary>
    private void LetGo()
    {
        if (_first == _last && _start == _end)
        {
            GiveBlocks();
        }
    }

    /// <summary>Gives back what is before a block. A connection that is disposed at the same time gives all back itself.</summary>
    private void GiveUntil(ReadBlock block)
    {
        if (Interlocked.CompareExchange(ref _isHeld, 1, 0) != 0)
        {
            return;
        }

        while (_first is { } first && first != block)
        {
            _first = first.Following;
            pipes.Loop!.GiveBlock(first);
        }

        LetBlocks();
    }

    private void GiveBlocks()
    {
        if (Interlocked.CompareExchange(ref _isHeld, 1, 0) != 0)
        {
            return;
        }

        ReadBlock? block = _first;
        DropBlocks();
        while (block is not null)
        {
            ReadBlock? next = block.Following;
            pipes.Loop!.GiveBlock(block);
            block = next;
        }

        Volatile.Write(ref _isHeld, 0);
    }

    /// <summary>A read has failed between: nobody knows what they are like, and nobody else gets them.</summary>
    private void ForgetBlocks()
    {
        DropBlocks();
        Volatile.Write(ref _isHeld, 0);
    }

    private void DropBlocks()
    {
        _first = null;
        _last = null;
        _start = 0;
        _end = 0;
        _examined = 0;
    }

    private static long PlaceOf(ReadBlock block, int index) => block.RunningIndex + index;

    private (ReadBlock Block, int Index) Find(SequencePosition position) => position.GetObject() switch
    {
        ReadBlock block => (block, position.GetInteger()),
        _ when position.Equals(default) => (_first!, _start),
        _ => throw new InvalidOperationException("The position is not in what was read."),
    };

    private void ThrowIfReading()
    {
        if (_isReading && _wait.GetStatus(_wait.Version) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("A read has not ended yet.");
        }
    }

    private ReadResult Result(bool isCanceled) =>
        new(_first is null ? ReadOnlySequence<byte>.Empty : new(_first, _start, _last!, _end), isCanceled, _hasEnded);
}
