using System.Runtime.InteropServices;
using Perch.Transport.Interop;
using Perch.Transport.Sockets;

namespace Perch.Transport.Loops;

/// <summary>
/// One epoll and the thread that waits for it. What has happened to a socket is dealt with on that thread, the app's continuation included:
/// <list type="number">
/// <item>a batch of events is taken from the kernel;</item>
/// <item>each is dispatched to its socket;</item>
/// <item>what was put off until the end of the turn is done.</item>
/// </list>
/// An app that blocks in (2) or (3) does not stop the loop: <see cref="StallWatch"/> gives it to another thread, which goes on with the rest of
/// the batch. The thread that lost it ends when the app lets it go.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int BatchSize = 256;

    /// <summary>The token of the descriptor that wakes the loop; sockets have others.</summary>
    private const long WakeToken = -1;

    /// <summary>
    /// The threads of one loop that apps may hold. Then it stands still until one comes back: a client could have more made for each request
    /// to an app that blocks.
    /// </summary>
    internal const int MostLost = 256;

    [ThreadStatic]
    private static Turn? _ownTurn;

    private readonly EpollEventBuffer _batch = new(BatchSize);
    private readonly int _epoll;
    private readonly int _wake;
    private readonly StallWatch _watch;
    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();
    private LoopSocket?[] _sockets = new LoopSocket?[64];
    private Turn _turn;
    private int _used;
    private int _generation;
    private int _count;
    private int _next;
    private int _batched;
    private byte[]? _spare;
    private ReadBlock? _spareRead;

    // Odd while something is dispatched, even between: who changes an odd one decides who owns the loop.
    private long _progress;
    private long _progressSeen;
    private int _lost;
    private bool _hasNoThread;
    private bool _hasSaidThatItStands;
    private bool _isClosed;
    private volatile bool _isStopping;

    internal EventLoop(string name, StallWatch watch)
    {
        Name = name;
        _watch = watch;
        _turn = new Turn(this);
        _epoll = -1;
        _wake = -1;
        try
        {
            _epoll = Checked(LibC.EpollCreate(LibC.EpollCloseOnExec), "epoll_create1");
            _wake = Checked(LibC.EventDescriptor(0, LibC.EventNonBlocking | LibC.EventCloseOnExec), "eventfd");
            Watch(_wake, EpollEvents.In, WakeToken);
            Start();
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>
    /// The number of what is being dispatched, if this is the loop's thread; 0 elsewhere, and where an app has held its thread for so long
    /// that the loop went on without it.
    /// </summary>
    internal long Dispatch => _ownTurn is { } turn && turn == Volatile.Read(ref _turn) ? _progress : 0;

    /// <summary>The name of its threads.</summary>
    internal string Name { get; }

    /// <summary>The threads of it that apps hold, without the one that it has.</summary>
    internal int Lost => Volatile.Read(ref _lost);

    /// <summary>The sockets on it.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Puts a socket on the loop: from now on it is told what happens to its descriptor. It stays on it until its descriptor is closed, also if this fails.</summary>
    /// <exception cref="IOException">The kernel takes no more.</exception>
    internal void Add(LoopSocket socket, EpollEvents events)
    {
        lock (_gate)
        {
            int slot = _free.TryPop(out int free) ? free : _used++;
            if (slot == _sockets.Length)
            {
                Array.Resize(ref _sockets, slot * 2);
            }

            // A token that this slot had before may still be in the batch.
            socket.Token = ((long)(uint)_generation++ << 32) | (uint)slot;
            socket.Loop = this;
            Volatile.Write(ref _sockets[slot], socket);
            Interlocked.Increment(ref _count);
        }

        if (socket.TryUse(out int descriptor))
        {
            try
            {
                Watch(descriptor, events | EpollEvents.EdgeTriggered, socket.Token);
            }
            finally
            {
                socket.Release();
            }
        }
    }

    /// <summary>Takes a socket off the loop.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="descriptor">Its descriptor, which is open still.</param>
    /// <param name="isClosed">The descriptor is about to be closed, and nobody else has the same open: the kernel then takes it off by itself.</param>
    internal void Remove(LoopSocket socket, int descriptor, bool isClosed)
    {
        lock (_gate)
        {
            int slot = (int)(uint)socket.Token;
            Volatile.Write(ref _sockets[slot], null);
            _free.Push(slot);
            Interlocked.Decrement(ref _count);
        }

        if (!isClosed)
        {
            byte* entry = stackalloc byte[16];
            _ = LibC.EpollControl(_epoll, LibC.EpollDelete, descriptor, entry);
        }
    }

    /// <summary>A block for a read: the one that was given back last, which is in the processor's cache.</summary>
    internal ReadBlock TakeReadBlock() => Interlocked.Exchange(ref _spareRead, null) ?? ReadBlocks.Take();

    /// <summary>Gives a block of reads back.</summary>
    internal void GiveBlock(ReadBlock block)
    {
        block.Detach();
        if (block.Bytes.Length != Blocks.Size || Interlocked.CompareExchange(ref _spareRead, block, null) is not null)
        {
            ReadBlocks.Give(block);
        }
    }

    /// <summary>A block for a write: the one that was given back last, which is in the processor's cache.</summary>
    internal byte[] TakeBlock() => Interlocked.Exchange(ref _spare, null) ?? Blocks.Take();

    /// <summary>Gives a block back.</summary>
    internal void GiveBlock(byte[] block)
    {
        if (block.Length != Blocks.Size || Interlocked.CompareExchange(ref _spare, block, null) is not null)
        {
            Blocks.Give(block);
        }
    }

    /// <summary>
    /// Does something at the end of the turn: when all that has come is dealt with. False if this is not the thread of a loop, and nothing is
    /// done.
    /// </summary>
    internal static bool TryDefer(Action<object> action, object state)
    {
        if (_ownTurn is not { } turn)
        {
            return false;
        }

        EventLoop loop = turn.Loop;
        lock (loop._gate)
        {
            if (loop._turn != turn || loop._isClosed)
            {
                return false;
            }

            turn.Deferred.Enqueue((action, state));
            return true;
        }
    }

    /// <summary>Looks whether one dispatch has lasted since the last look; if so, another thread takes the loop over.</summary>
    internal LoopState CheckProgress()
    {
        if (_hasNoThread)
        {
            return StartIfPossible();
        }

        long progress = Volatile.Read(ref _progress);
        bool isDispatching = (progress & 1) != 0;
        if (progress != _progressSeen || !isDispatching)
        {
            bool wasBusy = progress != _progressSeen;
            _progressSeen = progress;
            return wasBusy ? LoopState.Runs : LoopState.Rests;
        }

        if (Lost >= MostLost)
        {
            return StandsStill();
        }

        if (!TryEnd(progress))
        {
            return LoopState.Runs;
        }

        Interlocked.Increment(ref _lost);
        lock (_gate)
        {
            Volatile.Write(ref _turn, new Turn(this, _turn.Deferred));
        }

        return StartIfPossible();
    }

    /// <summary>Ends the loop's thread; nothing is on the loop any more.</summary>
    public void Dispose()
    {
        _isStopping = true;
        lock (_gate)
        {
            // A number that was closed may be another's already.
            if (!_isClosed)
            {
                ulong one = 1;
                _ = LibC.Write(_wake, &one, sizeof(ulong));
            }
        }
    }

    internal static int Checked(int result, string call) => result >= 0 ? result : throw Failure(call);

    private static IOException Failure(string call) => new($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}.");

    private void Watch(int descriptor, EpollEvents events, long token)
    {
        byte* entry = stackalloc byte[16];
        EpollEventBuffer.Write(entry, events, token);
        Checked(LibC.EpollControl(_epoll, LibC.EpollAdd, descriptor, entry), "epoll_ctl");
    }

    private void Start() => new Thread(static turn => ((Turn)turn!).Run()) { IsBackground = true, Name = Name }.UnsafeStart(_turn);

    /// <summary>Where apps block in as many threads as the machine gives, the loop stands still until there is one for it.</summary>
    private LoopState StartIfPossible()
    {
        bool stoodStill = _hasNoThread;
        try
        {
            Start();
            _hasNoThread = false;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            _hasNoThread = true;
            return StandsStill();
        }

        // A thread that was refused a moment ago may be again.
        _hasSaidThatItStands &= stoodStill || Lost > MostLost / 2;
        return LoopState.TakenOver;
    }

    private LoopState StandsStill()
    {
        LoopState state = _hasSaidThatItStands ? LoopState.Runs : LoopState.StandsStill;
        _hasSaidThatItStands = true;
        return state;
    }

    /// <summary>Runs until the loop ends, or is taken over.</summary>
    private void Run(Turn turn)
    {
        // What a continuation leaves in its context is not for the next one.
        ExecutionContext clean = ExecutionContext.Capture()!;
        while (!_isStopping)
        {
            while (_next < _batched)
            {
                (EpollEvents events, long token) = _batch[_next++];
                if (token == WakeToken)
                {
                    ulong value;
                    _ = LibC.Read(_wake, &value, sizeof(ulong));
                }
                else if (Find(token) is { } socket)
                {
                    long progress = Begin();
                    socket.OnReady(events);
                    ExecutionContext.Restore(clean);
                    if (!TryEnd(progress))
                    {
                        return;
                    }
                }
            }

            if (!TryEndTurn(turn, clean, out bool hasMore))
            {
                return;
            }

            _next = 0;
            _batched = 0;
            _batched = Wait(hasMore);
        }

        Close();
    }

    /// <summary>What is put off by what is done here is for the next turn: in between comes what the kernel has.</summary>
    private bool TryEndTurn(Turn turn, ExecutionContext clean, out bool hasMore)
    {
        int count = turn.Deferred.Count;
        for (; count > 0; count--)
        {
            Action<object> action;
            object state;
            lock (_gate)
            {
                (action, state) = turn.Deferred.Dequeue();
            }

            long progress = Begin();
            action(state);
            ExecutionContext.Restore(clean);
            if (!TryEnd(progress))
            {
                hasMore = false;
                return false;
            }
        }

        hasMore = turn.Deferred.Count > 0;
        return true;
    }

    private int Wait(bool hasMore)
    {
        const int NoLimit = -1;
        int count = LibC.EpollWait(_epoll, _batch.Pointer, _batch.Capacity, hasMore ? 0 : NoLimit);
        if (count < 0 && Marshal.GetLastPInvokeError() is not Errno.EINTR)
        {
            throw Failure("epoll_wait");
        }

        // Said before it is asked whether the watch rests, which looks at it after it has said so: one of the two sees the other.
        Interlocked.Exchange(ref _progress, _progress + 2);
        _watch.Wake();
        return Math.Max(0, count);
    }

    private long Begin()
    {
        long progress = _progress + 1;
        Volatile.Write(ref _progress, progress);
        return progress;
    }

    private bool TryEnd(long progress) => Interlocked.CompareExchange(ref _progress, progress + 1, progress) == progress;

    private LoopSocket? Find(long token)
    {
        LoopSocket?[] sockets = Volatile.Read(ref _sockets);
        LoopSocket? socket = Volatile.Read(ref sockets[(int)(uint)token]);
        return socket?.Token == token ? socket : null;
    }

    private void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            while (_turn.Deferred.TryDequeue(out (Action<object> Action, object State) left))
            {
                // Others' affairs: nothing of the loop is needed for them.
                ThreadPool.UnsafeQueueUserWorkItem(static left => left.Action(left.State), left, preferLocal: false);
            }

            _ = LibC.Close(_epoll);
            _ = LibC.Close(_wake);
            _batch.Dispose();
        }
    }

    /// <summary>A thread's time as the owner of a loop.</summary>
    private sealed class Turn(EventLoop loop, Queue<(Action<object> Action, object State)>? deferred = null)
    {
        internal EventLoop Loop => loop;

        /// <summary>What waits for the end of the turn.</summary>
        internal Queue<(Action<object> Action, object State)> Deferred { get; } = deferred ?? new();

        internal void Run()
        {
            _ownTurn = this;
            loop.Run(this);
            _ownTurn = null;
            if (loop._turn != this)
            {
                Interlocked.Decrement(ref loop._lost);
            }
        }
    }
}
