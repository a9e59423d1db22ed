using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;
using Perch.Messages;

namespace Perch.Http.WebSockets;

/// <summary>
/// An open WebSocket over a pair of pipes, from after the handshake to its end. The pipes are completed by who made them, after
/// <see cref="Ended"/> (the output) and after <see cref="Dispose"/> (the input, whose memory an app may still hold).
/// <list type="number">
/// <item><see cref="Start"/>: reading begins;</item>
/// <item>messages go both ways;</item>
/// <item>whoever closes: <see cref="Ended"/>, no later than the close time-out after it;</item>
/// <item>the app's task has ended: <see cref="OnAppEnded"/>, then <see cref="CloseAsync"/> if neither side has closed;</item>
/// <item>both have ended: <see cref="Dispose"/>.</item>
/// </list>
/// </summary>
/// <remarks>
/// One thread at a time reads: the one that a read of the input continues on. It hands a message to the app that waits for it by running
/// the app, and goes on when the app's call comes back: nothing is queued, copied or moved to another thread for an app that is fast.
/// </remarks>
internal sealed partial class WebSocketSession : IValueTaskSource<GatewayEvent>, IDisposable
{
    // One lock for what both directions and the clock look at. Nothing of the app's runs under it.
    private readonly Lock _gate = new();
    private readonly WebSocketGatewayOptions _options;
    private readonly ArrayPool<byte> _pool;
    private readonly TimeProvider _time;
    private readonly IWebSocketConnection _connection;
    private readonly bool _reusesEvents;
    private CancellationTokenSource? _disconnected;
    private WebSocketDisconnect? _disconnect;
    private Exception? _error;
    private TaskCompletionSource? _ended;
    private bool _hasEnded;
    private bool _isAborted;
    private bool _isAborting;

    /// <param name="transport">The pipes; what the client sent after its handshake may be in the input already, not consumed.</param>
    /// <param name="options">Limits and time-outs.</param>
    /// <param name="deflate">What was agreed on; null for no compression.</param>
    /// <param name="time">The clock.</param>
    /// <param name="connection">The connection below.</param>
    /// <param name="reusesEvents">Whether one event object serves all messages. False makes an event throw that is used too late.</param>
    /// <param name="pool">Where memory for messages is rented. Defaults to the shared pool.</param>
    internal WebSocketSession(
        IDuplexPipe transport,
        WebSocketGatewayOptions options,
        DeflateAgreement? deflate,
        TimeProvider time,
        IWebSocketConnection connection,
        bool reusesEvents = true,
        ArrayPool<byte>? pool = null)
    {
        _input = transport.Input;
        _output = transport.Output;
        _options = options;
        _pool = pool ?? ArrayPool<byte>.Shared;
        _time = time;
        _connection = connection;
        _reusesEvents = reusesEvents;
        _reader = new MessageReader(options.MaxMessageSize, deflate, _pool);
        _queue = new ReceiveQueue(options.MaxQueue);
        _deflate = deflate;
        _onRead.Session = this;
    }

    /// <summary>
    /// The close handshake is done or timed out, or the connection is gone: nothing more is read or written. It fails only by an error of
    /// Perch's own.
    /// </summary>
    internal Task Ended
    {
        get
        {
            lock (_gate)
            {
                if (!_hasEnded)
                {
                    return (_ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }

            return _error is null ? Task.CompletedTask : Task.FromException(_error);
        }
    }

    /// <summary>What the client did wrong, for the log; <see cref="WebSocketFault.None"/> if nothing.</summary>
    internal WebSocketFault Fault { get; private set; }

    /// <summary>Whether the client has closed or is gone: sends throw.</summary>
    internal bool IsDisconnected => Volatile.Read(ref _disconnect) is not null || _isOutputLost;

    /// <summary>(1) Begins to read, after the handshake's response has been written.</summary>
    internal void Start()
    {
        if (Pings)
        {
            lock (_gate)
            {
                _lastPing = _time.GetTimestamp();
                SetPingTimer(_lastPing);
            }
        }

        ReadOn(takesResult: false);
    }

    /// <summary>Cuts the connection without a close frame.</summary>
    internal void Abort()
    {
        bool ends;
        lock (_gate)
        {
            if (_isAborted || _hasEnded)
            {
                return;
            }

            _isAborted = true;
            _isAborting = true;
            ends = _isStalled;
            _isStalled = false;
        }

        _connection.Abort();
        _input.CancelPendingRead();
        _output.CancelPendingFlush();
        if (ends)
        {
            EndReading(CloseCodes.Lost);
        }

        lock (_gate)
        {
            _isAborting = false;
            TryEnd();
        }
    }

    /// <summary>An error of Perch's own: the connection is cut, and <see cref="Ended"/> fails with it.</summary>
    private void Break(Exception error)
    {
        lock (_gate)
        {
            _error ??= _hasEnded ? null : error;
        }

        Abort();
    }

    /// <summary>(4) The app is done with what it received.</summary>
    internal void OnAppEnded()
    {
        lock (_gate)
        {
            Release();
            ClearQueue();
            _event.Retire();
        }
    }

    /// <summary>(5) Gives back what is left, after <see cref="Ended"/>.</summary>
    public void Dispose()
    {
        OnAppEnded();
        _timer?.Dispose();
        _reader.Dispose();
        _deflater?.Dispose();
    }

    /// <summary>The session is over for the app, as it is told once by <c>receive</c>. Under the lock.</summary>
    /// <returns>Whom to tell, outside the lock; null if they have been told.</returns>
    private CancellationTokenSource? SetDisconnect(int code, string reason)
    {
        if (_disconnect is not null)
        {
            return null;
        }

        // The app knows how it has closed; that the client agrees is no news.
        _disconnect = _ownClose ?? new WebSocketDisconnect(code, reason);
        return _disconnected;
    }

    /// <summary>Under the lock: ends the session if nothing is read or written any more.</summary>
    private void TryEnd()
    {
        // Who waits for the end completes the pipes, which an abort on another thread may still be about to touch.
        if (!_hasReadAll || IsWriting || _isAborting || _hasEnded)
        {
            return;
        }

        _hasEnded = true;
        _timer?.Dispose();
        _ = _error is null ? _ended?.TrySetResult() : _ended?.TrySetException(_error);
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.OnSessionEnded(), _connection, preferLocal: false);
    }
}
