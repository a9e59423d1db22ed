using System.Diagnostics.CodeAnalysis;

namespace Perch.Python.Bridge;

/// <summary>
/// From the client to the worker. Events are received from the host only while the worker has given credit, which it does when the app
/// waits for one: so a client that expects 100 (Continue) gets it then, and an upload goes no faster than the app reads.
/// </summary>
internal sealed partial class WorkerStream : IThreadPoolWorkItem
{
    // Held while the host's receive is called and while its event is read: after Leave, neither happens again.
    private readonly Lock _receiveLock = new();
    private RequestScope? _scope;
    private CancellationTokenRegistration _watch;
    private bool _isWatched;
    private Receive? _receive;
    private ValueTask<GatewayEvent> _first;
    private bool _hasFirst;
    private Exception? _rejection;
    private int _credit;
    private bool _isPumping;
    private bool _isAsked;
    private bool _left;

    /// <summary>The client has left and the app is to hear of it, however little it asks.</summary>
    private const int AllThatIsLeft = int.MaxValue / 2;

    /// <summary>The stream begins: from now on the worker's credit is used.</summary>
    /// <param name="scope">What it is for.</param>
    /// <param name="receive">The host's.</param>
    /// <param name="first">A call of it that has not ended.</param>
    /// <param name="ahead">What is received before the app asks for it.</param>
    internal void BeginPump(RequestScope scope, Receive receive, ValueTask<GatewayEvent>? first, int ahead = 0)
    {
        lock (_lock)
        {
            _credit += ahead;
            _scope = scope;
            _receive = receive;
            if (first is { } pending)
            {
                _first = pending;
                _hasFirst = true;
            }

            // The worker knows of the stream already, and may have given credit by now.
            _isPumping = _hasFirst || _credit > 0;
            if (!_isPumping)
            {
                return;
            }
        }

        Execute();
    }

    /// <summary>
    /// The worker has given credit. For a WebSocket it stands in line with the messages that the app sent before, so that those are out
    /// before the next one of the client is received.
    /// </summary>
    internal void OnCredit(int credit)
    {
        if (IsWebSocket)
        {
            Post(new Incoming(IncomingKind.Credit) { Credit = credit });
        }
        else
        {
            AddCredit(credit);
        }
    }

    /// <summary>The app may be sent more.</summary>
    internal void AddCredit(int credit)
    {
        Exception? rejection;
        lock (_lock)
        {
            _credit += credit;
            _isAsked = true;
            rejection = _rejection;
            _rejection = null;
            if (rejection is null && (_left || _isPumping || _receive is null))
            {
                return;
            }

            _isPumping = rejection is null;
        }

        if (rejection is not null)
        {
            Post(new Incoming(IncomingKind.Rejected, rejection));
            return;
        }

        // Not here: the host's code would hold up the frames of all streams.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>What the client has sent before it left, and that it left, goes to the worker without more ado.</summary>
    internal void PassOnTheRest() => AddCredit(AllThatIsLeft);

    /// <summary>
    /// The stream has been open for a while. An app that does not receive hears of a client that leaves all the same, so that its next send
    /// raises. To watch for it from the start would cost every request.
    /// </summary>
    internal void WatchClient()
    {
        lock (_receiveLock)
        {
            if (_left || _isWatched || IsWebSocket || _scope is null)
            {
                return;
            }

            _isWatched = true;

            // The number of now: when the client leaves, the next request may have the stream.
            int id = _id;
            _watch = _scope.Disconnected.UnsafeRegister(_ => link.SendDisconnect(id, 1006, ""), null);
        }
    }

    /// <summary>
    /// The exchange is over: the host's memory and its receive belong to it again. The worker is told, unless it has ended too, or has
    /// not heard of the stream, which it has by <see cref="BeginPump"/>.
    /// </summary>
    /// <param name="isComplete">Whether the app has sent all that it had to, so that its call may go on behind.</param>
    internal void Leave(bool isComplete)
    {
        int id = _id;
        bool ended;
        string? failure = null;
        CancellationTokenRegistration watch;
        lock (_receiveLock)
        {
            // Taken here: once it has been left, the next request may have the stream, and a watch of its own.
            watch = _watch;
            _watch = default;
            lock (_lock)
            {
                _left = true;
                _ended |= _scope is null;
                _scope = null;
                _receive = null;
                ended = _ended;
                while (_waiting.TryDequeue(out Incoming incoming))
                {
                    incoming.Release();
                    failure = incoming.Kind == IncomingKind.End ? incoming.Text : null;
                }
            }
        }

        watch.Dispose();
        if (!string.IsNullOrEmpty(failure))
        {
            link.TellLateFailure(failure);
        }

        if (!ended && !isComplete)
        {
            link.SendDisconnect(id, 1006, "");
        }

        if (ended)
        {
            // Else the worker's end does it. By its number, since the next request may have the stream by now.
            link.Remove(id);
        }
    }

    void IThreadPoolWorkItem.Execute() => Execute();

    [SuppressMessage("Usage", "VSTHRD100", Justification = "PumpAsync catches all.")]
    private void Execute() => _ = PumpAsync();

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                ValueTask<GatewayEvent> receiving;
                lock (_receiveLock)
                {
                    if (!TryGoOn())
                    {
                        return;
                    }

                    receiving = _hasFirst ? _first : _receive!();
                    _hasFirst = false;
                }

                GatewayEvent received = await receiving;
                lock (_receiveLock)
                {
                    if (_left || !PassOn(received))
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception exception)
        {
            OnReceiveFailed(exception);
        }
    }

    private bool TryGoOn()
    {
        lock (_lock)
        {
            return _isPumping = !_left && (_hasFirst || _credit > 0);
        }
    }

    /// <summary>Tells the worker.</summary>
    /// <returns>Whether anything can follow.</returns>
    private bool PassOn(GatewayEvent received)
    {
        switch (received)
        {
            case HttpRequestBody body:
                // The end of the body ends the credit. What follows is the disconnect, which the worker asks for.
                Spend(body.MoreBody ? body.Body.Length : int.MaxValue);
                if (link.SendBody(_id, body.Body.Span, body.MoreBody) && body.MoreBody)
                {
                    Spend(BridgeLimits.EventOverhead);
                }

                return true;
            case WebSocketReceive message:
                Spend(message.Data.Length + BridgeLimits.EventOverhead);
                link.SendMessage(_id, message.Data.Span, message.IsText);
                return true;
            case WebSocketDisconnect disconnect:
                link.SendDisconnect(_id, disconnect.Code, disconnect.Reason);
                return false;
            default:
                link.SendDisconnect(_id, 1006, "");
                return false;
        }
    }

    private void Spend(int cost)
    {
        lock (_lock)
        {
            _credit = cost == int.MaxValue ? 0 : _credit - cost;
        }
    }

    private void OnReceiveFailed(Exception exception)
    {
        lock (_lock)
        {
            // An app that does not read its request may answer it all the same.
            if (_credit <= 0 || !_isAsked)
            {
                _rejection = exception;
                _isPumping = false;
                return;
            }
        }

        Post(new Incoming(IncomingKind.Rejected, exception));
    }
}
