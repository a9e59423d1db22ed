using System.Net.Sockets;
using Perch.Loops;
using Perch.Python.Marshal;

namespace Perch.Python.Bridge;

/// <summary>Events for the worker.</summary>
internal sealed partial class WorkerLink : IThreadPoolWorkItem
{
    private readonly Lock _outgoingLock = new();
    private readonly OutgoingFrames _outgoing = new();
    private bool _isWriting;

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
                ScopeEncoder.WriteHttp(writer, scope, first);
            }
            catch
            {
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
                ScopeEncoder.WriteWebSocket(writer, scope);
            }
            catch
            {
                _outgoing.TakeBack(before);
                throw;
            }

            Kick();
        }
    }

    internal void SendBody(int id, ReadOnlySpan<byte> body, bool moreBody)
    {
        lock (_outgoingLock)
        {
            MarshalWriter writer = _outgoing.Begin(HostEvent.Body, id, 2);
            writer.WriteBytes(body);
            writer.WriteBoolean(moreBody);
            Kick();
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

            // Not here: requests that are ready meanwhile go out in the same write, and the worker is woken once for all of them.
            SocketLoops.AtEndOfTurn(this);
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

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

                while (!frames.IsEmpty)
                {
                    frames = frames[await socket.SendAsync(frames, SocketFlags.None)..];
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The worker is gone, which its streams hear from the reader. Nothing is written any more.
        }
    }
}
