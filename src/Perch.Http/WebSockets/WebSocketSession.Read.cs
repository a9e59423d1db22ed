using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Perch.Messages;

namespace Perch.Http.WebSockets;

/// <summary>
/// From the client. Reading goes on while the app does something else, as far as the queue holds: a ping is to be answered and a close to
/// be noticed all the same.
/// </summary>
internal sealed partial class WebSocketSession
{
    /// <summary>
    /// How much is read ahead, in bytes, of an app that holds a message which lies in the input: it is kept together with that message.
    /// </summary>
    private const long MostHeld = 64 * 1024;

    private readonly PipeReader _input;
    private readonly MessageReader _reader;
    private ReadContinuation _onRead;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _reading;
    private ReadOnlySequence<byte> _buffer;
    private ReadOnlySequence<byte> _rest;
    private SequencePosition _position;
    private long _heldLength;
    private bool _hasBuffer;
    private bool _inputEnded;
    private bool _isSkipping;
    private bool _isStalled;
    private volatile bool _hasReadAll;
    private volatile bool _isReadPending;
    private volatile bool _hasHeard;

    private void OnRead()
    {
        _isReadPending = false;
        ReadOn(takesResult: true);
    }

    /// <summary>Reads until there is nothing to read, the queue is full, or the session is over.</summary>
    /// <param name="takesResult">Whether a read has ended that waited.</param>
    private void ReadOn(bool takesResult)
    {
        try
        {
            if (takesResult)
            {
                Take(_reading.GetResult());
            }

            while (DeliverAll())
            {
                FlushHeld();
                if (_inputEnded)
                {
                    // RFC 6455 §7.1.5: no close frame has come.
                    EndReading(CloseCodes.Lost);
                    return;
                }

                if (!GiveBack())
                {
                    return;
                }

                if (!TryRead())
                {
                    AwaitRead();
                    return;
                }
            }
        }
        catch (Exception exception)
        {
            EndReading(exception);
        }
    }

    /// <summary>By who reads: for what a pipe threw, or an error of Perch's.</summary>
    private void EndReading(Exception exception)
    {
        if (!IsLoss(exception))
        {
            Break(exception);
        }

        EndReading(CloseCodes.Lost);
    }

    /// <summary>Reads more, if it is there already. If not, <see cref="AwaitRead"/> is to be called.</summary>
    private bool TryRead()
    {
        ValueTask<ReadResult> read = _input.ReadAsync();
        if (!read.IsCompleted)
        {
            _reading = read.ConfigureAwait(false).GetAwaiter();
            return false;
        }

        Take(read.GetAwaiter().GetResult());
        return true;
    }

    /// <summary>The reading goes on with <see cref="OnRead"/>, on another thread perhaps before this returns.</summary>
    private void AwaitRead()
    {
        _isReadPending = true;
        _onRead.Builder.AwaitUnsafeOnCompleted(ref _reading, ref _onRead);
    }

    /// <summary>
    /// The continuation of a read, for all reads, as if they were awaited in an async method: pipes queue that to the thread pool as it is, and
    /// any other only wrapped in an object each time.
    /// </summary>
    private struct ReadContinuation : IAsyncStateMachine
    {
        internal WebSocketSession Session;
        internal AsyncTaskMethodBuilder Builder;

        public readonly void MoveNext() => Session.OnRead();

        public readonly void SetStateMachine(IAsyncStateMachine stateMachine) { }
    }

    /// <summary>What pipes throw when their other end is gone, or ours was completed.</summary>
    private static bool IsLoss(Exception exception) => exception is IOException or OperationCanceledException or InvalidOperationException;

    private void Take(in ReadResult result)
    {
        _buffer = result.Buffer;
        _rest = _heldLength == 0 ? _buffer : _buffer.Slice(_heldLength);
        _hasBuffer = true;

        // A read is ended from our side when nothing is to be waited for any more, or just to give memory back.
        _inputEnded = result.IsCompleted || (result.IsCanceled && (_isAborted || _isOutputLost || _isLingerOver));
        if (!_rest.IsEmpty)
        {
            _hasHeard = true;
        }
    }

    /// <summary>
    /// All input has been looked at; what the app still holds of it is not given back. False if that is so much that the reading stops.
    /// </summary>
    private bool GiveBack()
    {
        if (!_hasBuffer)
        {
            return true;
        }

        // Who reads is the only one to say that the app holds some; that it does not any more may be seen the next time.
        SequencePosition consumed = _rest.Start;
        _heldLength = 0;
        if (_holdsInput)
        {
            consumed = _heldStart;
            _heldLength = _buffer.Slice(_heldStart, _rest.Start).Length;
            if (_heldLength > MostHeld && Stalls())
            {
                return false;
            }
        }

        _hasBuffer = false;
        _input.AdvanceTo(consumed, _buffer.End);
        return true;
    }

    /// <summary>Stops the reading, unless the app has just released what it held. Its next receive() goes on.</summary>
    private bool Stalls()
    {
        lock (_gate)
        {
            return _isStalled = _holdsInput;
        }
    }

    /// <summary>Hands out what messages there are. False if reading ends here.</summary>
    private bool DeliverAll()
    {
        while (true)
        {
            if (_isLingering)
            {
                // RFC 6455 §7.1.7: what comes after a fault is not processed.
                _rest = _rest.Slice(_rest.End);
                return true;
            }

            switch (ReadNext())
            {
                case MessageRead.NeedMore:
                    return true;
                case MessageRead.Message when !Deliver():
                    FlushHeld();
                    return false;
                case MessageRead.Close:
                    return false;
            }
        }
    }

    /// <summary>Reads up to the next message or the end, and acts on what stands before it.</summary>
    private MessageRead ReadNext()
    {
        while (true)
        {
            if (_hasReadAll || _isLingering)
            {
                return MessageRead.Close;
            }

            if (_isClosing && !_isSkipping)
            {
                _isSkipping = true;
                _reader.SkipMessages();
            }

            if (_rest.IsEmpty)
            {
                return MessageRead.NeedMore;
            }

            _position = _rest.Start;
            MessageRead read = _reader.Read(ref _rest);
            switch (read)
            {
                case MessageRead.Ping:
                    Pong(_reader.Control);
                    break;
                case MessageRead.Pong:
                    break;
                case MessageRead.Close:
                    OnClose(_reader.CloseCode, _reader.CloseReason);
                    return read;
                case MessageRead.Rejected:
                    Fail(_reader.Fault);
                    return read;
                default:
                    return read;
            }
        }
    }
}
