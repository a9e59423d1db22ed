using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// RFC 9112 7.1.2: <c>trailer-section = *( field-line CRLF )</c> and the empty line after it, by the rules of <see cref="FieldLine"/>, byte
/// by byte. Nothing is kept, so a trailer can change neither framing nor routing (RFC 9110 6.5.1).
/// </summary>
internal struct TrailerSection(in BodyLimits limits)
{
    private enum State : byte
    {
        LineStart,
        Name,
        Value,
        LineFeed,
        LastLineFeed,
        Complete,
    }

    private readonly int _maxBytes = limits.MaxTrailerBytes;
    private readonly int _maxFields = limits.MaxTrailerFields;
    private State _state;
    private int _bytes;
    private int _fields;

    internal readonly bool IsComplete => _state == State.Complete;

    internal RejectReason Step(byte value)
    {
        if (++_bytes > _maxBytes && _state is not (State.LastLineFeed or State.LineStart)) return RejectReason.TrailersTooLarge;
        switch (_state)
        {
            case State.LineStart:
                if (value == '\r')
                {
                    _state = State.LastLineFeed;
                    return RejectReason.None;
                }

                if (_bytes > _maxBytes || ++_fields > _maxFields) return RejectReason.TrailersTooLarge;
                if (!ByteClasses.Is(value, ByteClass.Token)) return FieldLine.NameFault(value, 0);
                _state = State.Name;
                return RejectReason.None;

            case State.Name:
                if (ByteClasses.Is(value, ByteClass.Token)) return RejectReason.None;
                _state = State.Value;
                return value == ':' ? RejectReason.None : FieldLine.NameFault(value, 1);

            case State.Value:
                if (!ByteClasses.Is(value, ByteClass.Control)) return RejectReason.None;
                _state = State.LineFeed;
                return value switch
                {
                    (byte)'\r' => RejectReason.None,
                    (byte)'\n' => RejectReason.BareLineFeed,
                    _ => RejectReason.InvalidFieldValue,
                };

            case State.LineFeed:
                _state = State.LineStart;
                return value == '\n' ? RejectReason.None : RejectReason.BareCarriageReturn;

            default:
                _state = State.Complete;
                return value == '\n' ? RejectReason.None : RejectReason.BareCarriageReturn;
        }
    }
}
