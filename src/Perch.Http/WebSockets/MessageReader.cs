using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets;

/// <summary>
/// From a client's bytes to its messages: frames are unmasked, joined, inflated and judged as they come. It has no I/O, and what it finds
/// does not depend on where the input is cut; but of text that is neither deflate nor UTF-8 either may be found, whose code is one.
/// </summary>
/// <remarks>
/// A message that lies in one piece in the input is unmasked and left there. Other memory is rented while a message is incomplete, and
/// goes with it. So that nothing is copied the input is written to: it must be memory that nobody else reads.
/// </remarks>
internal sealed class MessageReader : IDisposable
{
    private readonly long _maxMessageSize;
    private readonly DeflateAgreement? _deflate;
    private FrameReader _frames;
    private FrameHeader _frame;
    private MessageBuffer _buffer;
    private Utf8Validator _utf8;
    private Inflater? _inflater;
    private long _remaining;
    private int _judged;
    private bool _isInFrame;
    private bool _isText;
    private bool _isCompressed;
    private bool _skipsMessages;

    /// <param name="maxMessageSize">The most bytes of a message, joined and inflated.</param>
    /// <param name="deflate">What was agreed on; null for no compression.</param>
    /// <param name="pool">Where memory is rented.</param>
    internal MessageReader(long maxMessageSize, DeflateAgreement? deflate, ArrayPool<byte> pool)
    {
        _maxMessageSize = maxMessageSize;
        _deflate = deflate;
        _frames = new FrameReader(maxMessageSize, allowsCompressed: deflate is not null);
        _buffer = new MessageBuffer(pool);
    }

    /// <summary>The last message.</summary>
    internal ReceivedMessage Message { get; private set; }

    /// <summary>The payload of the last ping or pong; it may lie in the input.</summary>
    internal ReadOnlyMemory<byte> Control { get; private set; }

    /// <summary>The code of the close frame, 1005 if it had none.</summary>
    internal int CloseCode { get; private set; }

    /// <summary>The reason of the close frame.</summary>
    internal string CloseReason { get; private set; } = "";

    /// <summary>What is wrong.</summary>
    internal WebSocketFault Fault { get; private set; }

    /// <summary>Messages are of no use any more: they are skipped, and no memory is spent on them.</summary>
    internal void SkipMessages()
    {
        _skipsMessages = true;
        _buffer.Clear();
    }

    /// <summary>Reads up to the next thing to act on.</summary>
    /// <param name="input">What has come; what is taken is cut off.</param>
    internal MessageRead Read(ref ReadOnlySequence<byte> input)
    {
        while (true)
        {
            if (!_isInFrame)
            {
                ReadOnlyMemory<byte> first = input.First;
                if (_frames.TryReadSmall(first.Span, out int payload, out uint mask, out bool isText) && !_skipsMessages)
                {
                    _isText = isText;
                    return HandOutInPlace(ref input, first.Slice(FrameReader.SmallHeaderLength, payload), FrameReader.SmallHeaderLength, mask);
                }

                switch (ReadHeader(input, first.Span, out int header))
                {
                    case FrameStatus.NeedMore:
                        return MessageRead.NeedMore;
                    case FrameStatus.Rejected:
                        return MessageRead.Rejected;
                }

                if (IsWholeMessage && first.Length - header >= _frame.Length)
                {
                    return HandOutInPlace(ref input, first.Slice(header, (int)_frame.Length), header, _frame.Mask);
                }

                input = input.Slice(header);
                _isInFrame = true;
                _remaining = _frame.Length;
            }

            MessageRead read = _frame.IsControl ? ReadControl(ref input) : ReadData(ref input);
            if (read != MessageRead.NeedMore || _isInFrame)
            {
                return read;
            }
        }
    }

    /// <summary>Gives back what an incomplete message holds.</summary>
    public void Dispose()
    {
        _buffer.Clear();
        _inflater?.Dispose();
    }

    /// <summary>A frame that is all of its message, and may stay where it is.</summary>
    private bool IsWholeMessage => _frame.IsFinal && _frame.Opcode is Opcode.Text or Opcode.Binary && !_isCompressed && !_skipsMessages;

    private FrameStatus ReadHeader(in ReadOnlySequence<byte> input, ReadOnlySpan<byte> first, out int length)
    {
        if (first.Length < FrameReader.MaxHeaderLength && !input.IsSingleSegment)
        {
            Span<byte> joined = stackalloc byte[FrameReader.MaxHeaderLength];
            ReadOnlySequence<byte> start = input.Slice(0, Math.Min(input.Length, FrameReader.MaxHeaderLength));
            start.CopyTo(joined);
            return ReadHeader(joined[..(int)start.Length], out length);
        }

        return ReadHeader(first, out length);
    }

    private FrameStatus ReadHeader(ReadOnlySpan<byte> bytes, out int length)
    {
        FrameStatus status = _frames.Read(bytes, out _frame, out length, out WebSocketFault fault);
        Fault = fault;
        if (status == FrameStatus.Done && _frame.Opcode is Opcode.Text or Opcode.Binary)
        {
            _isText = _frame.Opcode == Opcode.Text;
            _isCompressed = _frame.IsCompressed;
        }

        return status;
    }

    /// <summary>RFC 6455 §5.5: 125 bytes at most, which may be waited for.</summary>
    private MessageRead ReadControl(ref ReadOnlySequence<byte> input)
    {
        int length = (int)_frame.Length;
        if (input.Length < length)
        {
            return MessageRead.NeedMore;
        }

        ReadOnlyMemory<byte> payload = input.First.Length >= length ? input.First[..length] : input.Slice(0, length).ToArray();
        input = input.Slice(length);
        Unmask(payload, _frame.Mask);
        _isInFrame = false;
        Control = payload;
        if (_frame.Opcode != Opcode.Close)
        {
            return _frame.Opcode == Opcode.Ping ? MessageRead.Ping : MessageRead.Pong;
        }

        Fault = ClosePayload.Read(payload.Span, out int code, out string reason);
        CloseCode = code;
        CloseReason = reason;
        return Fault == WebSocketFault.None ? MessageRead.Close : MessageRead.Rejected;
    }

    private MessageRead ReadData(ref ReadOnlySequence<byte> input)
    {
        ReadOnlyMemory<byte> first = input.First;
        if (IsWholeMessage && _remaining == _frame.Length && first.Length >= _remaining)
        {
            _isInFrame = false;
            return HandOutInPlace(ref input, first[..(int)_remaining], header: 0, _frame.Mask);
        }

        int available = (int)Math.Min(input.Length, Math.Min(_remaining, int.MaxValue));
        ReadOnlySequence<byte> part = input.Slice(0, available);
        input = input.Slice(available);
        if (!_skipsMessages)
        {
            Fault = Append(part);
            if (Fault != WebSocketFault.None)
            {
                return MessageRead.Rejected;
            }
        }

        _remaining -= available;
        if (_remaining > 0)
        {
            return MessageRead.NeedMore;
        }

        _isInFrame = false;
        return _frame.IsFinal && !_skipsMessages ? Finish() : MessageRead.NeedMore;
    }

    private MessageRead HandOutInPlace(ref ReadOnlySequence<byte> input, ReadOnlyMemory<byte> payload, int header, uint mask)
    {
        Unmask(payload, mask);
        if (_isText && !Utf8.IsValid(payload.Span))
        {
            Fault = WebSocketFault.InvalidUtf8;
            return MessageRead.Rejected;
        }

        input = input.Slice(header + payload.Length);
        Message = new ReceivedMessage(payload, null, _isText);
        return MessageRead.Message;
    }

    /// <summary>Takes a part of a frame's payload.</summary>
    private WebSocketFault Append(in ReadOnlySequence<byte> part)
    {
        if (!_isCompressed && !part.IsEmpty)
        {
            _buffer.Reserve((int)part.Length, _remaining);
        }

        uint mask = Masking.Rotate(_frame.Mask, _frame.Length - _remaining);
        foreach (ReadOnlyMemory<byte> segment in part)
        {
            if (_isCompressed)
            {
                Unmask(segment, mask);
                _inflater ??= new Inflater(!_deflate!.ClientNoContextTakeover, _maxMessageSize);
                WebSocketFault fault = JudgeInflated(_inflater.Append(segment, ref _buffer));
                if (fault != WebSocketFault.None)
                {
                    return fault;
                }
            }
            else
            {
                Masking.Apply(segment.Span, _buffer.Reserve(segment.Length), mask);
                _buffer.Advance(segment.Length);
            }

            mask = Masking.Rotate(mask, segment.Length);
        }

        return _isCompressed ? WebSocketFault.None : JudgeText();
    }

    /// <summary>The last fragment is whole.</summary>
    private MessageRead Finish()
    {
        if (_isCompressed)
        {
            // An empty payload has not made one.
            _inflater ??= new Inflater(!_deflate!.ClientNoContextTakeover, _maxMessageSize);
            Fault = JudgeInflated(_inflater.Finish(ref _buffer));
        }

        if (Fault == WebSocketFault.None && _isText && !_utf8.IsComplete)
        {
            Fault = WebSocketFault.InvalidUtf8;
        }

        if (Fault != WebSocketFault.None)
        {
            return MessageRead.Rejected;
        }

        ReadOnlyMemory<byte> data = _buffer.Written;
        Message = new ReceivedMessage(data, _buffer.Detach(), _isText);
        _judged = 0;
        return MessageRead.Message;
    }

    /// <summary>Text that is too long is judged as far as it goes: had it come in more pieces, it would have been by now.</summary>
    private WebSocketFault JudgeInflated(WebSocketFault fault)
    {
        WebSocketFault text = JudgeText();
        return text == WebSocketFault.None ? fault : text;
    }

    private WebSocketFault JudgeText()
    {
        if (!_isText)
        {
            return WebSocketFault.None;
        }

        ReadOnlySpan<byte> text = _buffer.Written.Span[_judged..];
        _judged = _buffer.Length;
        return _utf8.Append(text) ? WebSocketFault.None : WebSocketFault.InvalidUtf8;
    }

    private static void Unmask(ReadOnlyMemory<byte> payload, uint mask)
    {
        Span<byte> bytes = MemoryMarshal.AsMemory(payload).Span;
        Masking.Apply(bytes, bytes, mask);
    }
}
