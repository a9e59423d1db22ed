using System.Threading.Tasks.Sources;
using Perch.Messages;

namespace Perch.Http.WebSockets;

/// <summary>What the app receives: from the reading that hands it a message, or from the queue.</summary>
internal sealed partial class WebSocketSession
{
    // What is the app's until its next receive().
    private WebSocketReceive _event = new(default, isText: false);
    private SequencePosition _heldStart;
    private byte[]? _heldArray;
    private volatile bool _holdsInput;

    private ManualResetValueTaskSourceCore<GatewayEvent> _receive;
    private ReceiveQueue _queue;
    private bool _isWaiting;
    private int _deliveringThread;
    private int _turn;

    /// <summary>The next <see cref="WebSocketReceive"/>; after the last a <see cref="WebSocketDisconnect"/>, again and again.</summary>
    /// <exception cref="GatewayProtocolException">Another call waits.</exception>
    internal ValueTask<GatewayEvent> ReceiveAsync()
    {
        if (Volatile.Read(ref _deliveringThread) == Environment.CurrentManagedThreadId && TryReadOnTop(out ValueTask<GatewayEvent> received))
        {
            return received;
        }

        bool readsOn;
        lock (_gate)
        {
            if (_isWaiting)
            {
                throw new GatewayProtocolException("receive() was called while another call of it waits.");
            }

            Release();
            received = _queue.IsEmpty ? DisconnectOrWait() : new(HandOut(_queue.Take()));
            readsOn = _isStalled && _queue.IsHalfEmpty;
            _isStalled &= !readsOn;
        }

        if (readsOn)
        {
            ReadOn(takesResult: false);
        }

        return received;
    }

    GatewayEvent IValueTaskSource<GatewayEvent>.GetResult(short token) => _receive.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<GatewayEvent>.GetStatus(short token) => _receive.GetStatus(token);

    void IValueTaskSource<GatewayEvent>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _receive.OnCompleted(continuation, state, token, flags);

    /// <summary>
    /// Called by the app on top of the reading that has just handed it a message, and that does nothing until this returns: reads on here. So
    /// messages that come together are received without a wait, and an app that blocks its thread until the next one gets it.
    /// </summary>
    /// <returns>False if there is an end to be seen to below.</returns>
    private bool TryReadOnTop(out ValueTask<GatewayEvent> received)
    {
        received = default;
        if (_isWaiting)
        {
            return false;
        }

        Release();
        try
        {
            while (true)
            {
                MessageRead read = ReadNext();
                if (read == MessageRead.Message)
                {
                    if (!Drops(_reader.Message))
                    {
                        received = new(HandOut(_reader.Message));
                        return true;
                    }
                }
                else if (read != MessageRead.NeedMore || _inputEnded)
                {
                    return false;
                }
                else
                {
                    FlushHeld();
                    GiveBack();
                    if (!TryRead())
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception exception)
        {
            EndReading(exception);
            return false;
        }

        lock (_gate)
        {
            received = DisconnectOrWait();
        }

        _turn++;
        _deliveringThread = 0;
        AwaitRead();
        return true;
    }

    private ValueTask<GatewayEvent> DisconnectOrWait()
    {
        if (_disconnect is not null)
        {
            return new(_disconnect);
        }

        _receive.Reset();
        _isWaiting = true;
        return new(this, _receive.Version);
    }

    /// <summary>Hands a message to the app, or keeps it. False if the reading ends here: no more can be kept, or it goes on elsewhere.</summary>
    private bool Deliver()
    {
        lock (_gate)
        {
            if (Drops(_reader.Message))
            {
                return true;
            }

            if (!_isWaiting)
            {
                _queue.Add(Own(_reader.Message));
                _isStalled = _queue.IsFull;
                return !_isStalled;
            }

            _isWaiting = false;
            HandOut(_reader.Message);
        }

        int turn = _turn;
        _deliveringThread = Environment.CurrentManagedThreadId;
        _receive.RunContinuationsAsynchronously = false;
        _receive.SetResult(_event);
        if (turn != _turn)
        {
            // The app has received again, and reading goes on there.
            return false;
        }

        _deliveringThread = 0;
        return true;
    }

    /// <summary>Whether nobody is to have the message: we have closed since it was begun.</summary>
    private bool Drops(in ReceivedMessage message)
    {
        if (_isClosing && message.Rented is { } array)
        {
            _pool.Return(array);
        }

        return _isClosing;
    }

    private WebSocketReceive HandOut(in ReceivedMessage message)
    {
        _heldArray = message.Rented;
        _holdsInput = message.Rented is null && !message.Data.IsEmpty;
        _heldStart = _position;
        if (_reusesEvents)
        {
            _event.Renew(message.Data, message.IsText);
            return _event;
        }

        return _event = new WebSocketReceive(message.Data, message.IsText);
    }

    /// <summary>A message for later, which does not lie in the input.</summary>
    private ReceivedMessage Own(in ReceivedMessage message)
    {
        if (message.Rented is not null || message.Data.IsEmpty)
        {
            return message;
        }

        byte[] copy = _pool.Rent(message.Data.Length);
        message.Data.CopyTo(copy);
        return new ReceivedMessage(copy.AsMemory(0, message.Data.Length), copy, message.IsText);
    }

    /// <summary>The memory of the last event is ours again.</summary>
    private void Release()
    {
        _holdsInput = false;
        if (_heldArray is { } array)
        {
            _heldArray = null;
            _pool.Return(array);
        }

        if (!_reusesEvents)
        {
            _event.Retire();
        }
    }

    private void ClearQueue()
    {
        while (!_queue.IsEmpty)
        {
            if (_queue.Take().Rented is { } array)
            {
                _pool.Return(array);
            }
        }
    }
}
