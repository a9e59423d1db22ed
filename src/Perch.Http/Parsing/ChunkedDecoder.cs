using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// RFC 9112 7.1: <c>chunked-body = *chunk last-chunk trailer-section CRLF</c>. It goes on at any byte. Trailers are validated and dropped:
/// no gateway event carries them, and RFC 9110 6.5.1 lets a recipient discard them.
/// </summary>
internal struct ChunkedDecoder
{
    // 16 digits hold every size; more can only be leading zeros, and a limit keeps them from going on for ever.
    private const int MaxSizeDigits = 16;

    private enum State : byte
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        Trailers,
        Done,
        Failed,
    }

    private readonly BodyLimits _limits;
    private State _state;
    private byte _digits;
    private RejectReason _failure;
    private int _extensionBytes;
    private long _remaining;
    private long _total;
    private ChunkExtension _extension;
    private TrailerSection _trailers;

    internal ChunkedDecoder(in BodyLimits limits)
    {
        _limits = limits;
        _trailers = new TrailerSection(limits);
    }

    /// <summary>Reads up to and including one run of content.</summary>
    internal BodyResult Read(ReadOnlySpan<byte> input)
    {
        var position = 0;
        while (position < input.Length && _state < State.Done)
        {
            if (_state == State.Data)
            {
                var length = (int)Math.Min(_remaining, input.Length - position);
                _remaining -= length;
                if (_remaining == 0) _state = State.DataCarriageReturn;
                return new BodyResult(ParseStatus.NeedMore, RejectReason.None, position + length, new ByteRange(position, position + length));
            }

            _failure = Step(input[position++]);
            if (_failure != RejectReason.None) _state = State.Failed;
        }

        if (_state == State.Failed) return BodyResult.Reject(_failure);
        var status = _state == State.Done ? ParseStatus.Done : ParseStatus.NeedMore;
        return new BodyResult(status, RejectReason.None, position, default);
    }

    private RejectReason Step(byte value)
    {
        switch (_state)
        {
            case State.Size:
                return Size(value);

            case State.Extension:
                // A limit for the whole body: one for each chunk would let a body of one-byte chunks cost any multiple of its length.
                if (++_extensionBytes > _limits.MaxChunkExtensionBytes) return RejectReason.ChunkExtensionsTooLarge;
                if (!_extension.Step(value, out var isEnd)) return RejectReason.InvalidChunkExtension;
                if (isEnd) _state = State.SizeLineFeed;
                return RejectReason.None;

            case State.SizeLineFeed:
                if (value != '\n') return RejectReason.BareCarriageReturn;
                _digits = 0;
                _state = _remaining == 0 ? State.Trailers : State.Data;
                return RejectReason.None;

            // RFC 9112 7.1: chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
            case State.DataCarriageReturn:
                _state = State.DataLineFeed;
                return value == '\r' ? RejectReason.None : RejectReason.InvalidChunkEnd;

            case State.DataLineFeed:
                _state = State.Size;
                return value == '\n' ? RejectReason.None : RejectReason.InvalidChunkEnd;

            default:
                var reason = _trailers.Step(value);
                if (_trailers.IsComplete) _state = State.Done;
                return reason;
        }
    }

    // RFC 9112 7.1: chunk-size = 1*HEXDIG; a recipient MUST anticipate large numerals and prevent errors by overflow.
    private RejectReason Size(byte value)
    {
        if (ByteClasses.Is(value, ByteClass.Hex))
        {
            if (_digits == 0) _remaining = 0;
            if (++_digits > MaxSizeDigits || _remaining > long.MaxValue >> 4) return RejectReason.InvalidChunkSize;
            _remaining = (_remaining << 4) | (uint)(value <= '9' ? value - '0' : (value | 0x20) - 'a' + 10);
            return RejectReason.None;
        }

        if (_digits == 0) return RejectReason.InvalidChunkSize;
        switch (value)
        {
            case (byte)'\r':
                _state = State.SizeLineFeed;
                break;
            case (byte)';' or (byte)' ' or (byte)'\t':
                _extension = default;
                _state = State.Extension;
                if (++_extensionBytes > _limits.MaxChunkExtensionBytes) return RejectReason.ChunkExtensionsTooLarge;
                _extension.Step(value, out _);
                break;
            case (byte)'\n':
                return RejectReason.BareLineFeed;
            default:
                return RejectReason.InvalidChunkSize;
        }

        // The size is known: what cannot fit is refused before it is sent.
        if (_remaining > _limits.MaxBodyBytes - _total) return RejectReason.BodyTooLarge;
        _total += _remaining;
        return RejectReason.None;
    }
}
