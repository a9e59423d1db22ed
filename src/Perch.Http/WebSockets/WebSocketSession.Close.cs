using Perch.Http.WebSockets.Framing;
using Perch.Messages;

namespace Perch.Http.WebSockets;

/// <summary>The end, by whichever side (RFC 6455 §7).</summary>
internal sealed partial class WebSocketSession
{
    private WebSocketDisconnect? _ownClose;
    private long _closeStart;
    private volatile bool _isClosing;
    private volatile bool _isLingering;
    private volatile bool _isLingerOver;

    /// <summary>Begins the close handshake from our side, after what was sent before; does nothing if either side has closed. Never throws.</summary>
    /// <param name="code">A code that may be sent.</param>
    /// <param name="reason">At most 123 bytes of UTF-8. Defaults to none.</param>
    /// <returns>When the close frame is on its way. <see cref="Ended"/> is the end of the handshake.</returns>
    internal async ValueTask CloseAsync(int code, string reason = "")
    {
        ValueTask closing = default;
        bool writes;
        bool readsOn;
        lock (_gate)
        {
            if (_isClosing || _disconnect is not null)
            {
                return;
            }

            _ownClose = new WebSocketDisconnect(code, reason);
            writes = BeginClose(code, reason, ref closing);

            // RFC 6455 §1.4: what still comes is of no use to who has closed.
            ClearQueue();
            readsOn = _isStalled;
            _isStalled = false;
        }

        if (writes)
        {
            WriteOn(done: default);
        }

        if (readsOn)
        {
            ReadOn(takesResult: false);
        }

        try
        {
            await closing;
        }
        catch (ClientDisconnectedException)
        {
        }
    }

    /// <summary>Under the lock: queues a close frame, the last, and gives the client time to answer it. True if the caller is to write.</summary>
    private bool BeginClose(int code, string reason, ref ValueTask closing)
    {
        _isClosing = true;
        _closeStart = _time.GetTimestamp();
        SetTimer(_options.CloseTimeout);
        if (_isOutputLost)
        {
            return false;
        }

        byte[] payload = new byte[FrameWriter.MaxControlLength];
        closing = Enqueue(Opcode.Close, payload.AsMemory(0, ClosePayload.Write(payload, code, reason)));
        return TakeForDue();
    }

    /// <summary>RFC 6455 §5.5.1: a close is answered with a close of the same code. After both nothing is read.</summary>
    private void OnClose(int code, string reason)
    {
        PendingSends lost = default;
        bool writes = false;
        lock (_gate)
        {
            if (!_isClosing)
            {
                ClearDue(ref lost);
                ValueTask closing = default;
                writes = BeginClose(code, "", ref closing);
            }
        }

        if (writes)
        {
            WriteOn(done: default);
        }

        lost.Fail();
        EndReading(code, reason);
    }

    /// <summary>RFC 6455 §7.1.7: the client is told what is wrong, and nothing of it is processed any more.</summary>
    private void Fail(WebSocketFault fault)
    {
        PendingSends lost = default;
        CancellationTokenSource? disconnected;
        bool writes = false;
        bool wasWaiting;
        lock (_gate)
        {
            Fault = fault;
            _isLingering = true;
            _hasHeard = false;
            disconnected = SetDisconnect(fault.CloseCode(), "");
            wasWaiting = _isWaiting;
            _isWaiting = false;
            if (!_isClosing)
            {
                ClearDue(ref lost);
                ValueTask closing = default;
                writes = BeginClose(fault.CloseCode(), fault.Text(), ref closing);
            }

            SetTimer(Linger);
        }

        if (writes)
        {
            WriteOn(done: default);
        }

        lost.Fail();
        Tell(disconnected, wasWaiting);
    }

    /// <summary>By who reads: nothing more is read.</summary>
    private void EndReading(int code, string reason = "")
    {
        PendingSends lost = default;
        CancellationTokenSource? disconnected;
        bool wasWaiting;
        lock (_gate)
        {
            disconnected = SetDisconnect(code, reason);
            wasWaiting = _isWaiting;
            _isWaiting = false;
            _hasReadAll = true;
            if (!_isClosing)
            {
                // The connection is lost; who writes is given the time that a close takes.
                _isClosing = true;
                SetTimer(_options.CloseTimeout);
                ClearDue(ref lost);
            }

            TryEnd();
        }

        lost.Fail();
        Tell(disconnected, wasWaiting);
    }

    /// <summary>Tells the app, which is not to be waited for.</summary>
    private void Tell(CancellationTokenSource? disconnected, bool wasWaiting)
    {
        if (disconnected is not null)
        {
            _ = disconnected.CancelAsync();
        }

        if (wasWaiting)
        {
            _receive.RunContinuationsAsynchronously = true;
            _receive.SetResult(_disconnect!);
        }
    }
}
