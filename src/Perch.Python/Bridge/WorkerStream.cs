using System.Threading.Tasks.Sources;

namespace Perch.Python.Bridge;

/// <summary>
/// One request or WebSocket on the connection to a worker. What comes from the worker waits here for the exchange that asks for it, one
/// at a time; how much that may be, and how much may go the other way, is credit.
/// </summary>
internal sealed partial class WorkerStream(WorkerLink link) : IValueTaskSource<Incoming>
{
    private readonly Lock _lock = new();
    private readonly Queue<Incoming> _waiting = new();
    private int _id;
    private ManualResetValueTaskSourceCore<Incoming> _next = new() { RunContinuationsAsynchronously = true };
    private bool _isAwaited;
    private bool _ended;
    private int _consumed;

    internal int Id => _id;

    internal WorkerLink Link => link;

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
            _left = false;
            _consumed = 0;
            _credit = 0;
            _isWatched = false;
            _hasFirst = false;
            _rejection = null;
        }
    }

    /// <summary>The next event. One at a time.</summary>
    internal ValueTask<Incoming> NextAsync()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out Incoming incoming))
            {
                return new(incoming);
            }

            _next.Reset();
            _isAwaited = true;
            return new(this, _next.Version);
        }
    }

    /// <summary>An event has been dealt with: its memory and its credit are free again.</summary>
    internal void Done(in Incoming incoming)
    {
        incoming.Release();
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
    /// <returns>Whether there is anybody to take it.</returns>
    internal bool Post(in Incoming incoming)
    {
        lock (_lock)
        {
            _ended |= incoming.Kind is IncomingKind.End or IncomingKind.Lost;
            if (_left)
            {
                return false;
            }

            if (!_isAwaited)
            {
                _waiting.Enqueue(incoming.WithOwnData());
                return true;
            }

            _isAwaited = false;
            incoming.Frame?.Hold();
        }

        _next.SetResult(incoming);
        return true;
    }

    Incoming IValueTaskSource<Incoming>.GetResult(short token) => _next.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Incoming>.GetStatus(short token) => _next.GetStatus(token);

    void IValueTaskSource<Incoming>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _next.OnCompleted(continuation, state, token, flags);
}
