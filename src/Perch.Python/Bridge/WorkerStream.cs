using System.Threading.Tasks.Sources;

namespace Perch.Python.Bridge;

/// <summary>
/// One request or WebSocket on the connection to a worker. What comes from the worker waits here for the exchange that asks for it, one
/// at a time; how much that may be, and how much may go the other way, is credit.
/// </summary>
internal sealed partial class WorkerStream(WorkerLink link) : IValueTaskSource
{
    private readonly Lock _lock = new();
    private readonly Queue<Incoming> _waiting = new();
    private int _id;
    private ManualResetValueTaskSourceCore<bool> _arrival;
    private bool _isAwaited;

    // Small data is copied here: when there is no other event that might be in it.
    private byte[]? _small;
    private bool _isBusy;
    private bool _ended;
    private int _consumed;

    internal int Id => _id;

    internal WorkerLink Link => link;

    /// <summary>What serves its requests, if there have been any.</summary>
    internal HttpCall? Call { get; set; }

    /// <summary>Whether it is a WebSocket's.</summary>
    internal bool IsWebSocket { get; private set; }

    /// <summary>Whether the worker's side is over: its app's call has ended, or the worker has.</summary>
    internal bool HasEnded
    {
        get
        {
            lock (_lock)
            {
                return _ended;
            }
        }
    }

    /// <summary>Whether nobody has anything to do with it any more, so that it may serve another request.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _ended && _left && !_isPumping && !_isAwaited && _waiting.Count == 0;
            }
        }
    }

    /// <summary>A request or WebSocket begins.</summary>
    internal void Begin(int id, bool isWebSocket)
    {
        lock (_lock)
        {
            _id = id;
            IsWebSocket = isWebSocket;
            _ended = false;
            _isBusy = false;
            _left = false;
            _consumed = 0;
            _credit = 0;
            _isWatched = false;
            _hasFirst = false;
            _isAsked = false;
            _rejection = null;
        }
    }

    /// <summary>Takes the next event, if it is there. Its memory is held until <see cref="Done"/>.</summary>
    internal bool TryTake(out Incoming incoming)
    {
        lock (_lock)
        {
            return _isBusy = _waiting.TryDequeue(out incoming);
        }
    }

    /// <summary>Waits until there is an event to take. One call at a time.</summary>
    internal ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_waiting.Count > 0)
            {
                return default;
            }

            _arrival.Reset();
            _isAwaited = true;
            return new(this, _arrival.Version);
        }
    }

    /// <summary>Goes on with whoever waits for an event, here and now.</summary>
    internal void Continue() => _arrival.SetResult(true);

    /// <summary>An event has been dealt with: its memory and its credit are free again.</summary>
    internal void Done(in Incoming incoming)
    {
        incoming.Release();
        Volatile.Write(ref _isBusy, false);
        _consumed += incoming.Cost;
        if (_consumed >= BridgeLimits.Window / 2)
        {
            int credit = _consumed;
            _consumed = 0;
            if (!HasEnded)
            {
                link.SendCredit(_id, credit);
            }
        }
    }

    /// <summary>Something has come.</summary>
    /// <param name="incoming">What.</param>
    /// <param name="frame">The memory that its data is in, if it has any.</param>
    /// <returns>Whether there is anybody to take it.</returns>
    internal bool Post(in Incoming incoming, ReceiveBuffer? frame = null)
    {
        lock (_lock)
        {
            _ended |= incoming.Kind is IncomingKind.End or IncomingKind.Lost;
            if (_left)
            {
                return false;
            }

            _waiting.Enqueue(frame is null || incoming.Data.IsEmpty ? incoming : Keep(incoming, frame));
            if (!_isAwaited)
            {
                return true;
            }

            _isAwaited = false;
        }

        link.Calls.Add(this);
        return true;
    }

    /// <summary>
    /// Keeps data beyond the frame that it came in. An event that waits behind another must not hold a whole frame, or many small ones
    /// would hold many frames; and a frame that nobody holds is read into again.
    /// </summary>
    private Incoming Keep(in Incoming incoming, ReceiveBuffer frame)
    {
        if (_waiting.Count == 0 && !_isBusy && incoming.Data.Length <= BridgeLimits.SmallData)
        {
            return incoming.CopiedTo(_small ??= new byte[BridgeLimits.SmallData]);
        }

        return _isAwaited ? incoming.Holding(frame) : incoming.Copied();
    }

    void IValueTaskSource.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);
}
