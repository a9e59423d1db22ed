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
/// An app that blocks in (2) does not stop the loop: <see cref="StallWatch"/> gives it to another thread, which goes on with the rest of the
/// batch. The thread that lost it ends when the app lets it go.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int BatchSize = 256;
    private const int NoLimit = -1;

    /// <summary>The token of the descriptor that wakes the loop; sockets have others.</summary>
    private const long WakeToken = -1;

    [ThreadStatic]
    private static Turn? t_turn;

    private readonly EpollEventBuffer _batch = new(BatchSize);
    private readonly int _epoll;
    private readonly int _wake;
    private readonly string _name;
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

    // Odd while a socket is dispatched, even between: who changes an odd one decides who owns the loop.
    private long _progress;
    private long _progressSeen;
    private volatile bool _isStopping;

    internal EventLoop(string name, StallWatch watch)
    {
        _name = name;
        _watch = watch;
        _epoll = Checked(LibC.EpollCreate(LibC.EpollCloseOnExec), "epoll_create1");
        _wake = Checked(LibC.EventDescriptor(0, LibC.EventNonBlocking | LibC.EventCloseOnExec), "eventfd");
        Watch(_wake, EpollEvents.In, WakeToken);
        _turn = new Turn(this);
        Start();
    }

    /// <summary>
    /// The number of what is being dispatched, if this is the loop's thread; 0 elsewhere, and where an app has held its thread for so long
    /// that the loop went on without it.
    /// </summary>
    internal long Dispatch => t_turn is { } turn && turn == _turn ? _progress : 0;

    /// <summary>The sockets on it.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Puts a socket on the loop: from now on it is told what happens to its descriptor.</summary>
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

    /// <summary>A block for a read or a write: the one that was given back last, which is in the processor's cache.</summary>
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
    /// Does something at the end of the turn: when all that has come is dealt with. False if this is not the loop's thread, and nothing
    /// is done.
    /// </summary>
    internal static bool TryDefer(IThreadPoolWorkItem item)
    {
        if (t_turn is not { } turn)
        {
            return false;
        }

        EventLoop loop = turn.Loop;
        lock (loop._gate)
        {
            if (loop._turn != turn)
            {
                return false;
            }

            turn.Deferred.Enqueue(item);
            return true;
        }
    }

    /// <summary>Looks whether one dispatch has lasted since the last look; if so, another thread takes the loop over. True if the loop was busy.</summary>
    internal bool CheckProgress(out bool isTakenOver)
    {
        isTakenOver = false;
        long progress = Volatile.Read(ref _progress);
        bool isDispatching = (progress & 1) != 0;
        if (progress != _progressSeen || !isDispatching)
        {
            bool wasBusy = progress != _progressSeen;
            _progressSeen = progress;
            return wasBusy;
        }

        if (Interlocked.CompareExchange(ref _progress, progress + 1, progress) == progress)
        {
            lock (_gate)
            {
                _turn = new Turn(this, _turn.Deferred);
            }

            isTakenOver = true;
            Start();
        }

        return true;
    }

    /// <summary>Ends the loop's thread; nothing is on the loop any more.</summary>
    public void Dispose()
    {
        _isStopping = true;
        Wake();
    }

    internal static int Checked(int result, string call) => result >= 0 ? result : throw Failure(call);

    internal static IOException Failure(string call) =>
        new($"{call} failed: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}.");

    private void Watch(int descriptor, EpollEvents events, long token)
    {
        byte* entry = stackalloc byte[16];
        EpollEventBuffer.Write(entry, events, token);
        Checked(LibC.EpollControl(_epoll, LibC.EpollAdd, descriptor, entry), "epoll_ctl");
    }

    private void Wake()
    {
        ulong one = 1;
        _ = LibC.Write(_wake, &one, sizeof(ulong));
    }

    private void Start() => new Thread(static turn => ((Turn)turn!).Run()) { IsBackground = true, Name = _name }.UnsafeStart(_turn);

    /// <summary>Runs until the loop ends, or is taken over.</summary>
    private void Run(Turn turn)
    {
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
                    if (!TryEnd(progress))
                    {
                        return;
                    }
                }
            }

            if (!TryEndTurn(turn))
            {
                return;
            }

            _next = 0;
            _batched = 0;
            int count = LibC.EpollWait(_epoll, _batch.Pointer, _batch.Capacity, NoLimit);
            _watch.Wake();
            _batched = Math.Max(0, count);
        }

        Close();
    }

    private bool TryEndTurn(Turn turn)
    {
        while (true)
        {
            IThreadPoolWorkItem? item;
            lock (_gate)
            {
                if (!turn.Deferred.TryDequeue(out item))
                {
                    return true;
                }
            }

            long progress = Begin();
            item.Execute();
            if (!TryEnd(progress))
            {
                return false;
            }
        }
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
        _ = LibC.Close(_epoll);
        _ = LibC.Close(_wake);
        _batch.Dispose();
    }

    /// <summary>A thread's time as the owner of a loop.</summary>
    private sealed class Turn(EventLoop loop, Queue<IThreadPoolWorkItem>? deferred = null)
    {
        internal EventLoop Loop => loop;

        /// <summary>What waits for the end of the turn.</summary>
        internal Queue<IThreadPoolWorkItem> Deferred { get; } = deferred ?? new();

        internal void Run()
        {
            t_turn = this;
            loop.Run(this);
            t_turn = null;
        }
    }
}
