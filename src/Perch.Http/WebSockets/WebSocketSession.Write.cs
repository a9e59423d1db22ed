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
    private readonly Action _onFlushed;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _flushing;
    private Deflater? _deflater;
    private bool _isWriting;
    private bool _isUnflushed;
    private bool _isOutputLost;

    // What is being written, and what is written and not flushed.
    private PendingSend? _current;
    private ReadOnlyMemory<byte> _payload;
    private PendingSends _unflushedSends;

    /// <summary>By who writes: gives the output to who wants it next.</summary>
    private void EndWriting(bool isUnflushed)
    {
        lock (_gate)
        {
            _isUnflushed = isUnflushed;
            if (!HasDue)
            {
                _isWriting = false;
                TryEnd();
                return;
            }
        }

        WriteOn(done: default);
    }

    private bool HasDue => _pong is not null || _isPingDue || !_sends.IsEmpty;

    /// <summary>By who reads, before it waits: what was written meanwhile and not flushed.</summary>
    private void FlushHeld()
    {
        // Only who reads leaves anything, and so sees that it has.
        if (!_isUnflushed)
        {
            return;
        }

        lock (_gate)
        {
            if (_isWriting)
            {
                return;
            }

            _isWriting = true;
        }

        WriteOn(done: default);
    }

    /// <summary>By who has the output: writes all that is due.</summary>
    /// <param name="done">Those whose frames are flushed; they are told when the output is on its way again, for they may write or block.</param>
    private void WriteOn(PendingSends done)
    {
        try
        {
            while (WriteDue())
            {
                ValueTask<FlushResult> flush = _output.FlushAsync();
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

    private void AwaitFlush(ValueTask<FlushResult> flush)
    {
        _flushing = flush.ConfigureAwait(false).GetAwaiter();
        _flushing.UnsafeOnCompleted(_onFlushed);
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
        int written = 0;
        while (written < MostUnflushed)
        {
            if (_current is not null)
            {
                written += WritePart(MostUnflushed - written);
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
                else if (written > 0 || _isUnflushed)
                {
                    break;
                }
                else
                {
                    _isWriting = false;
                    TryEnd();
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

            written += FrameWriter.MaxHeaderLength;
        }

        _isUnflushed = false;
        return true;
    }

    /// <summary>Writes more of the current frame.</summary>
    private int WritePart(int most)
    {
        ReadOnlyMemory<byte> part = _payload[..Math.Min(_payload.Length, most)];
        _output.Write(part.Span);
        _payload = _payload[part.Length..];
        if (_payload.IsEmpty)
        {
            _deflater?.Release();
            _unflushedSends.Add(_current!);
            _current = null;
        }

        return part.Length;
    }

    private void WriteFrame(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > SmallPayload || IsCompressed(opcode, payload))
        {
            _output.Write(BeginFrame(opcode, payload).Span);
            return;
        }

        Span<byte> frame = _output.GetSpan(FrameWriter.MaxHeaderLength + payload.Length);
        int header = FrameWriter.WriteHeader(frame, opcode, isCompressed: false, payload.Length);
        payload.Span.CopyTo(frame[header..]);
        _output.Advance(header + payload.Length);
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

        Span<byte> header = _output.GetSpan(FrameWriter.MaxHeaderLength);
        _output.Advance(FrameWriter.WriteHeader(header, opcode, isCompressed, payload.Length));
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
            _isWriting = false;
            TryEnd();
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
