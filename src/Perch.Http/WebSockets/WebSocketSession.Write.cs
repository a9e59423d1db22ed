using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets;

/// <summary>
/// To the client. Who has the output writes, and then what others have queued in the meantime, with one flush for all of it. Frames are whole
/// and in the order of the calls; pongs and pings go before queued messages.
/// </summary>
internal sealed partial class WebSocketSession
{
    /// <summary>What is copied together with its header: no more, for the pipe's blocks are cut to fit.</summary>
    private const int SmallPayload = 256;

    private readonly PipeWriter _output;
    private readonly DeflateAgreement? _deflate;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _flushing;
    private Action? _onFlushed;
    private Deflater? _deflater;
    private volatile bool _isOutputLost;

    // Who has the output is the only one to touch what follows.
    private Memory<byte> _frames;
    private int _framesLength;
    private int _unflushed;

    // What is being written, and what is written and not flushed.
    private PendingSend? _current;
    private ReadOnlyMemory<byte> _payload;
    private PendingSends _unflushedSends;

    /// <summary>By who reads, before it waits: what was written meanwhile and not flushed.</summary>
    private void FlushHeld()
    {
        // Only who reads leaves anything, and so sees that it has.
        if (_unflushed > 0 && TryTake())
        {
            WriteOn(done: default);
        }
    }

    /// <summary>By who has the output: writes all that is due.</summary>
    /// <param name="done">Those whose frames are flushed; they are told when the output is on its way again, for they may write or block.</param>
    private void WriteOn(PendingSends done)
    {
        try
        {
            while (WriteDue())
            {
                ValueTask<FlushResult> flush = FlushAsync();
                if (!flush.IsCompleted)
                {
                    AwaitFlush(flush);
                    break;
                }

                Check(flush.GetAwaiter().GetResult());
                done.AddAll(ref _unflushedSends);
            }
        }
        catch (Exception exception)
        {
            LoseOutput(exception);
        }

        done.Succeed();
    }

    private ValueTask<FlushResult> FlushAsync()
    {
        Commit();
        _unflushed = 0;
        return _output.FlushAsync();
    }

    private void AwaitFlush(ValueTask<FlushResult> flush)
    {
        _flushing = flush.ConfigureAwait(false).GetAwaiter();
        _flushing.UnsafeOnCompleted(_onFlushed ??= OnFlushed);
    }

    private void OnFlushed()
    {
        try
        {
            Check(_flushing.GetResult());
        }
        catch (Exception exception)
        {
            LoseOutput(exception);
            return;
        }

        // A client that reads is not silent.
        _hasHeard = true;
        PendingSends done = default;
        done.AddAll(ref _unflushedSends);
        WriteOn(done);
    }

    private static void Check(in FlushResult result)
    {
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new ClientDisconnectedException();
        }
    }

    /// <summary>Writes what is due, as far as it is not too much at once. False if there is nothing, and the output is free.</summary>
    private bool WriteDue()
    {
        while (_unflushed < MostUnflushed)
        {
            if (_current is not null)
            {
                WritePart();
                continue;
            }

            Opcode opcode = Opcode.Pong;
            ReadOnlyMemory<byte> payload = default;
            lock (_gate)
            {
                if (_pong is { } pong)
                {
                    payload = pong;
                    _pong = null;
                }
                else if (_isPingDue)
                {
                    opcode = Opcode.Ping;
                    _isPingDue = false;
                }
                else if (!_sends.IsEmpty)
                {
                    _current = _sends.Take();
                }
                else if (_unflushed > 0)
                {
                    break;
                }
                else
                {
                    Free();
                    return false;
                }
            }

            if (_current is not null)
            {
                _payload = BeginFrame(_current.Opcode, _current.Payload);
            }
            else
            {
                WriteFrame(opcode, payload);
            }
        }

        return true;
    }

    /// <summary>Writes more of the current frame. What little would be left of it is not worth a wait of its own.</summary>
    private void WritePart()
    {
        ReadOnlyMemory<byte> part = _payload.Length <= 2 * MostUnflushed ? _payload : _payload[..MostUnflushed];
        WritePayload(part.Span);
        _payload = _payload[part.Length..];
        if (_payload.IsEmpty)
        {
            _deflater?.Release();
            _unflushedSends.Add(_current!);
            _current = null;
        }
    }

    private void WriteFrame(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > SmallPayload || IsCompressed(opcode, payload))
        {
            WritePayload(BeginFrame(opcode, payload).Span);
            return;
        }

        Span<byte> frame = Room(FrameWriter.MaxHeaderLength + payload.Length);
        int header = FrameWriter.WriteHeader(frame, opcode, isCompressed: false, payload.Length);
        payload.Span.CopyTo(frame[header..]);
        AddRoom(header + payload.Length);
    }

    /// <summary>Memory of the output for a small frame. The pipe hears of several of them at once: it locks each time.</summary>
    private Span<byte> Room(int size)
    {
        if (_frames.Length - _framesLength < size)
        {
            Commit();
            _frames = _output.GetMemory(size);
        }

        return _frames.Span[_framesLength..];
    }

    private void AddRoom(int length)
    {
        _framesLength += length;
        _unflushed += length;
    }

    /// <summary>The small frames are the pipe's, which is flushed or written to otherwise now.</summary>
    private void Commit()
    {
        if (_framesLength > 0)
        {
            _output.Advance(_framesLength);
        }

        _frames = default;
        _framesLength = 0;
    }

    private void WritePayload(ReadOnlySpan<byte> payload)
    {
        Commit();
        _output.Write(payload);
        _unflushed += payload.Length;
    }

    /// <summary>RFC 7692 §6: each message may go either way; control frames are never compressed.</summary>
    private bool IsCompressed(Opcode opcode, ReadOnlyMemory<byte> payload) =>
        _deflate is not null && opcode < Opcode.Close && !payload.IsEmpty && payload.Length >= _options.DeflateThreshold;

    /// <summary>Writes a frame's header.</summary>
    /// <returns>The payload to write.</returns>
    private ReadOnlyMemory<byte> BeginFrame(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        bool isCompressed = IsCompressed(opcode, payload);
        if (isCompressed)
        {
            _deflater ??= new Deflater(_deflate!, _options.DeflateLevel, _pool);
            payload = _deflater.Compress(payload.Span);
        }

        AddRoom(FrameWriter.WriteHeader(Room(FrameWriter.MaxHeaderLength), opcode, isCompressed, payload.Length));
        return payload;
    }

    /// <summary>By who has the output: nobody takes what is written any more.</summary>
    private void LoseOutput()
    {
        PendingSends lost = default;
        lock (_gate)
        {
            _isOutputLost = true;
            lost.AddAll(ref _unflushedSends);
            if (_current is not null)
            {
                lost.Add(_current);
            }

            ClearDue(ref lost);
            _current = null;
            _payload = default;
            _frames = default;
            _framesLength = 0;
            _unflushed = 0;
            Free();
        }

        // What the client sent before it left is read still, its close frame perhaps; it is not waited for.
        _input.CancelPendingRead();
        lost.Fail();
    }

    /// <summary>The same, for what a pipe threw, or an error of Perch's.</summary>
    private void LoseOutput(Exception exception)
    {
        if (!IsLoss(exception))
        {
            Break(exception);
        }

        LoseOutput();
    }

    /// <summary>Under the lock: what nobody has begun to write is not written any more.</summary>
    private void ClearDue(ref PendingSends lost)
    {
        lost.AddAll(ref _sends);
        _pong = null;
        _isPingDue = false;
    }
}
