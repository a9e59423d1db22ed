using System.IO.Pipelines;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets;

/// <summary>What the app sends, and what the session has to say itself. It is written by whoever finds the output free.</summary>
internal sealed partial class WebSocketSession
{
    /// <summary>What is written before the client is waited for, in bytes: as much as Kestrel's pipes hold before they make a writer wait.</summary>
    private const int MostUnflushed = 64 * 1024;

    // What waits to be written.
    private PendingSends _sends;
    private byte[]? _pong;
    private bool _isPingDue;

    private PendingSend? _spare;

    /// <summary>Sends a message whole and in the order of the calls; waits while the client does not read.</summary>
    /// <exception cref="ClientDisconnectedException">The session is over.</exception>
    internal ValueTask SendAsync(WebSocketSend message)
    {
        Opcode opcode = message.IsText ? Opcode.Text : Opcode.Binary;
        if (message.Data.Length <= MostUnflushed / 2 && TryTake())
        {
            return WriteAlone(opcode, message.Data);
        }

        ValueTask sending;
        bool writes;
        lock (_gate)
        {
            if (IsOutputOver)
            {
                throw new ClientDisconnectedException();
            }

            sending = Enqueue(opcode, message.Data);
            writes = TakeForDue();
        }

        if (writes)
        {
            WriteOn(done: default);
        }

        return sending;
    }

    /// <summary>A waiter has seen how its send has ended.</summary>
    internal void Reuse(PendingSend send)
    {
        lock (_gate)
        {
            _spare = send;
        }
    }

    /// <summary>Writes and flushes one message, with nobody to wait for: the way of almost all of them.</summary>
    private ValueTask WriteAlone(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        try
        {
            WriteFrame(opcode, payload);
            _deflater?.Release();

            // Sent by an app that has just been handed a message, with more of the client's in the same read: they are answered in one flush.
            if (_unflushed < MostUnflushed / 2 && _deliveringThread == Environment.CurrentManagedThreadId && !_rest.IsEmpty)
            {
                EndWriting();
                return default;
            }

            ValueTask<FlushResult> flush = FlushAsync();
            if (flush.IsCompletedSuccessfully)
            {
                Check(flush.Result);
                EndWriting();
                return default;
            }

            ValueTask sending;
            lock (_gate)
            {
                PendingSend send = NewSend();
                sending = send.Begin(opcode, default);
                _unflushedSends.Add(send);
            }

            AwaitFlush(flush);
            return sending;
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            LoseOutput();
            throw new ClientDisconnectedException("The client has disconnected.", exception);
        }
        catch
        {
            LoseOutput();
            throw;
        }
    }

    /// <summary>By who reads: answers a ping. It is flushed before the reading waits.</summary>
    private void Pong(ReadOnlyMemory<byte> payload)
    {
        if (!TryTake())
        {
            PongLater(payload);
            return;
        }

        try
        {
            WriteFrame(Opcode.Pong, payload);
            EndWriting();
        }
        catch (Exception exception)
        {
            LoseOutput(exception);
        }
    }

    private void PongLater(ReadOnlyMemory<byte> payload)
    {
        bool writes;
        lock (_gate)
        {
            if (IsOutputOver)
            {
                return;
            }

            // RFC 6455 §5.5.3: of several pings only the last need be answered.
            _pong = payload.ToArray();
            writes = TakeForDue();
        }

        if (writes)
        {
            WriteOn(done: default);
        }
    }

    /// <summary>Under the lock.</summary>
    private ValueTask Enqueue(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        PendingSend send = NewSend();
        _sends.Add(send);
        return send.Begin(opcode, payload);
    }

    private PendingSend NewSend()
    {
        PendingSend send = _spare ?? new PendingSend(this);
        _spare = null;
        return send;
    }
}
