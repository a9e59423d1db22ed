using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets;

/// <summary>What the clock does: pings, the close time-out, and the wait for a client that was failed. There is one timer for all.</summary>
internal sealed partial class WebSocketSession
{
    /// <summary>
    /// How long a client that was failed may be silent before the connection is closed. While it still sends, what it sends is thrown away: closing
    /// over unread bytes resets the connection, and the client would lose the close frame that says why (RFC 6455 §7.1.1).
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private ITimer? _timer;
    private long _lastPing;
    private long _unanswered;
    private bool _awaitsPong;

    private bool Pings => _options.PingInterval > TimeSpan.Zero;

    private bool LimitsPongs => _options.PingTimeout > TimeSpan.Zero;

    /// <summary>Under the lock: the clock is to be looked at after so long.</summary>
    private void SetTimer(TimeSpan due)
    {
        if (_timer is not null)
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
            return;
        }

        _timer = _time.CreateTimer(static session => ((WebSocketSession)session!).OnTick(), this, due, Timeout.InfiniteTimeSpan);
    }

    private void OnTick()
    {
        if (_isLingering)
        {
            OnLingerTick();
        }
        else if (_isClosing)
        {
            Abort();
        }
        else
        {
            OnPingTick();
        }
    }

    private void OnLingerTick()
    {
        bool isOver;
        lock (_gate)
        {
            isOver = _time.GetElapsedTime(_closeStart) >= _options.CloseTimeout;
            if (!isOver)
            {
                _isLingerOver = !_hasHeard && !IsWriting;
                _hasHeard = false;
                SetTimer(Linger);
            }
        }

        if (isOver)
        {
            Abort();
        }
        else if (_isLingerOver)
        {
            _input.CancelPendingRead();
        }
    }

    /// <summary>
    /// RFC 6455 §5.5.2. Anything that comes shows that the client is there, not its pong alone. While nothing is read, because the app is behind,
    /// nothing can be known.
    /// </summary>
    private void OnPingTick()
    {
        bool isSilent;
        bool givesBack;
        bool writes = false;
        lock (_gate)
        {
            if (_isClosing)
            {
                // Since the tick began: the clock is the close's.
                return;
            }

            long now = _time.GetTimestamp();
            _awaitsPong &= !_hasHeard;
            bool isLate = _awaitsPong && _time.GetElapsedTime(_unanswered, now) >= _options.PingTimeout;
            isSilent = isLate && _isReadPending;
            _awaitsPong &= !isLate;
            if (!isSilent && _time.GetElapsedTime(_lastPing, now) >= _options.PingInterval)
            {
                writes = BeginPing(now);
            }

            SetPingTimer(now);

            // A message that lay in the input was held when the reading began to wait, and is not held any more: an idle connection holds nothing.
            givesBack = _isReadPending && _heldLength > 0 && !_holdsInput;
        }

        if (writes)
        {
            WriteOn(done: default);
        }

        if (isSilent)
        {
            Fail(WebSocketFault.PingTimeout);
        }
        else if (givesBack)
        {
            _input.CancelPendingRead();
        }
    }

    /// <summary>Under the lock: has a ping written. True if the caller is to write it.</summary>
    private bool BeginPing(long now)
    {
        _lastPing = now;
        if (LimitsPongs && !_awaitsPong)
        {
            _awaitsPong = true;
            _unanswered = now;
            _hasHeard = false;
        }

        _isPingDue = true;
        return TakeForDue();
    }

    /// <summary>Under the lock: what is due first, the next ping or the answer to the last.</summary>
    private void SetPingTimer(long now)
    {
        TimeSpan due = _options.PingInterval - _time.GetElapsedTime(_lastPing, now);
        if (_awaitsPong)
        {
            TimeSpan late = _options.PingTimeout - _time.GetElapsedTime(_unanswered, now);
            due = late < due ? late : due;
        }

        // A timer counts in milliseconds, and may fire in the one before.
        SetTimer(due > OneMillisecond ? due : OneMillisecond);
    }
}
