using Perch.Python.Marshal;

namespace Perch.Python.Bridge;

/// <summary>Events for the worker.</summary>
internal sealed partial class WorkerLink : IThreadPoolWorkItem
{
    /// <summary>How long what is scheduled may wait for the end of a turn that others do not have, in milliseconds. Longer than two steps of the system's coarse clock.</summary>
    private const long MostScheduled = 10;

    private readonly Lock _outgoingLock = new();
    private readonly OutgoingFrames _outgoing = new();
    private readonly ScopeEncoder _scopes = new();
    private bool _isWriting;
    private bool _isScheduled;
    private long _scheduledAt;

    /// <summary>A request begins, perhaps with the first part of its body.</summary>
    /// <param name="id">The stream.</param>
    /// <param name="scope">The request.</param>
    /// <param name="first">The first event of the client if it is there, or null.</param>
    internal void SendHttp(int id, HttpScope scope, HttpRequestBody? first)
    {
        lock (_outgoingLock)
        {
            int before = _outgoing.Length;
            MarshalWriter writer = _outgoing.Begin(HostEvent.Http, id, ScopeEncoder.HttpItems);
            try
            {
                _scopes.WriteHttp(writer, scope);
                if (first is null)
                {
                    writer.WriteNone();
                    writer.WriteBoolean(true);
                }
                else
                {
                    _outgoing.EndWithBody(writer, id, first.Body.Span, first.MoreBody);
                }
            }
            catch
            {
                _scopes.TakeBack();
                _outgoing.TakeBack(before);
                throw;
            }

            Kick();
        }
    }

    /// <summary>A WebSocket begins.</summary>
    internal void SendWebSocket(int id, WebSocketScope scope)
    {
        lock (_outgoingLock)
        {
            int before = _outgoing.Length;
            MarshalWriter writer = _outgoing.Begin(HostEvent.WebSocket, id, ScopeEncoder.WebSocketItems);
            try
            {
                _scopes.WriteWebSocket(writer, scope);
            }
            catch
            {
                _scopes.TakeBack();
                _outgoing.TakeBack(before);
                throw;
            }

            Kick();
        }
    }

    /// <summary>A part of a request's body.</summary>
    /// <returns>Whether it is an event of its own; else it has joined the one before.</returns>
    internal bool SendBody(int id, ReadOnlySpan<byte> body, bool moreBody)
    {
        lock (_outgoingLock)
        {
            if (_outgoing.TryJoinBody(id, body, moreBody))
            {
                return false;
            }

            _outgoing.EndWithBody(_outgoing.Begin(HostEvent.Body, id, 2), id, body, moreBody);
            Kick();
            return true;
        }
    }

    internal void SendMessage(int id, ReadOnlySpan<byte> data, bool isText)
    {
        lock (_outgoingLock)
        {
            MarshalWriter writer = _outgoing.Begin(HostEvent.Message, id, 2);
            if (isText)
            {
                writer.WriteUtf8(data);
            }
            else
            {
                writer.WriteBytes(data);
            }

            // What it costs: of a text, the worker sees the characters and not the bytes.
            writer.WriteInt32(data.Length);
            Kick();
        }
    }

    internal void SendDisconnect(int id, int code, string reason)
    {
        lock (_outgoingLock)
        {
            MarshalWriter writer = _outgoing.Begin(HostEvent.Disconnect, id, 2);
            writer.WriteInt32(code);
            writer.WriteText(reason);
            Kick();
        }
    }

    internal void SendCredit(int id, int credit) => SendNumber(HostEvent.Credit, id, credit);

    /// <summary>Asks whether the worker's loop runs.</summary>
    internal void SendPing(int number) => SendNumber(HostEvent.Ping, 0, number);

    /// <summary>Asks the worker to end: requests have a time, then the app is stopped.</summary>
    internal void SendShutdown(int graceSeconds) => SendNumber(HostEvent.Shutdown, 0, graceSeconds);

    private void SendNumber(HostEvent kind, int id, int number)
    {
        lock (_outgoingLock)
        {
            _outgoing.Begin(kind, id, 1).WriteInt32(number);
            Kick();
        }
    }

    /// <summary>Writes what has been added, unless somebody writes already, who will take it. Under the lock.</summary>
    private void Kick()
    {
        if (!_isWriting)
        {
            _isWriting = true;
            _isScheduled = true;
            _scheduledAt = Environment.TickCount64;

            // Not here: requests that are ready meanwhile go out in the same write, and the worker is woken once for all of them.
            transport.Schedule(this);
        }
        else if (_isScheduled && Environment.TickCount64 - _scheduledAt > MostScheduled)
        {
            // The thread that is to write is held by an app: the requests of others are not to wait for it.
            _scheduledAt = long.MaxValue;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_outgoingLock)
        {
            if (!_isScheduled)
            {
                // Somebody else was first.
                return;
            }

            _isScheduled = false;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> frames;
                lock (_outgoingLock)
                {
                    if (_outgoing.IsEmpty || _isOver)
                    {
                        _isWriting = false;
                        return;
                    }

                    frames = _outgoing.Take();
                }

                await transport.WriteAsync(frames);
            }
        }
        catch (IOException)
        {
            // The worker is gone, which its streams hear from the reader. Nothing is written any more.
        }
    }
}
