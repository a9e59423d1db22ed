using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// RFC 9112 7.1.1: <c>chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )</c>, from the first byte after the size to
/// the CR of the line. They are checked and ignored, as the clause asks: an extension that hides a line end is a way to smuggle a request.
/// </summary>
internal struct ChunkExtension
{
    private enum State : byte
    {
        BeforeSemicolon,
        BeforeName,
        Name,
        AfterName,
        BeforeValue,
        TokenValue,
        Quoted,
        QuotedPair,
        QuotedEnd,
        AfterValue,
    }

    private State _state;

    /// <summary>Takes one byte; false when it cannot stand there.</summary>
    internal bool Step(byte value, out bool isEnd)
    {
        isEnd = false;
        switch (_state)
        {
            // RFC 9110 5.6.4: quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE; qdtext = HTAB / SP / %x21 / %x23-5B / %x5D-7E /
            // obs-text
            case State.Quoted when value == '"':
                _state = State.QuotedEnd;
                return true;
            case State.Quoted when value == '\\':
                _state = State.QuotedPair;
                return true;
            case State.Quoted:
                return !ByteClasses.Is(value, ByteClass.Control);
            case State.QuotedPair:
                _state = State.Quoted;
                return !ByteClasses.Is(value, ByteClass.Control);
            case State.BeforeValue when value == '"':
                _state = State.Quoted;
                return true;
        }

        if (ByteClasses.Is(value, ByteClass.Token)) return Token();
        switch (value)
        {
            case (byte)' ' or (byte)'\t':
                if (_state == State.Name) _state = State.AfterName;
                if (_state is State.TokenValue or State.QuotedEnd) _state = State.AfterValue;
                return true;
            case (byte)';':
                var isPlace = _state is not (State.BeforeName or State.BeforeValue);
                _state = State.BeforeName;
                return isPlace;
            case (byte)'=':
                var hasName = _state is State.Name or State.AfterName;
                _state = State.BeforeValue;
                return hasName;
            case (byte)'\r':
                // White space belongs to what follows it: before the line end there is none.
                isEnd = _state is State.Name or State.TokenValue or State.QuotedEnd;
                return isEnd;
            default:
                return false;
        }
    }

    private bool Token()
    {
        _state = _state switch
        {
            State.BeforeName or State.Name => State.Name,
            State.BeforeValue or State.TokenValue => State.TokenValue,
            _ => State.BeforeSemicolon,
        };
        return _state != State.BeforeSemicolon;
    }
}
