using Perch.Http.Parsing.Scanning;

namespace Perch.Http.WebSockets.Compression;

/// <summary>
/// Reads <c>Sec-WebSocket-Extensions</c> (RFC 6455 §9.1):
/// <c>extension-list = 1#extension</c>, <c>extension = extension-token *( ";" extension-param )</c>,
/// <c>extension-param = token [ "=" (token | quoted-string) ]</c>, where what is quoted must be a token as well.
/// </summary>
internal ref struct ExtensionList(ReadOnlySpan<char> value)
{
    private readonly ReadOnlySpan<char> _value = value;
    private int _position;

    /// <summary>Adds the extensions of one field. False if it is not by the grammar.</summary>
    internal static bool TryRead(string value, List<ExtensionOffer> offers)
    {
        var list = new ExtensionList(value);
        while (!list.IsAtEnd)
        {
            // RFC 9110 §5.6.1.2: empty elements are to be ignored.
            if (list.Skips(','))
            {
                continue;
            }

            if (!list.TryReadExtension(out ExtensionOffer offer) || !(list.IsAtEnd || list.Skips(',')))
            {
                return false;
            }

            offers.Add(offer);
        }

        return true;
    }

    private bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return _position == _value.Length;
        }
    }

    private bool TryReadExtension(out ExtensionOffer offer)
    {
        offer = default;
        if (!TryReadToken(out string name))
        {
            return false;
        }

        var parameters = new List<KeyValuePair<string, string?>>();
        while (Skips(';'))
        {
            string? value = null;
            if (!TryReadToken(out string parameter) || (Skips('=') && !TryReadValue(out value)))
            {
                return false;
            }

            parameters.Add(new(parameter, value));
        }

        offer = new ExtensionOffer(name, parameters);
        return true;
    }

    private bool TryReadValue(out string? value)
    {
        value = null;
        if (!Skips('"'))
        {
            bool isToken = TryReadToken(out string token);
            value = token;
            return isToken;
        }

        Span<char> text = _value.Length <= 256 ? stackalloc char[_value.Length] : new char[_value.Length];
        int length = 0;
        while (_position < _value.Length)
        {
            char next = _value[_position++];
            if (next == '"')
            {
                value = text[..length].ToString();
                return length > 0;
            }

            // RFC 9110 §5.6.4: quoted-pair.
            if (next == '\\' && _position < _value.Length)
            {
                next = _value[_position++];
            }

            if (!IsTokenCharacter(next))
            {
                return false;
            }

            text[length++] = next;
        }

        return false;
    }

    private bool TryReadToken(out string token)
    {
        SkipSpace();
        int start = _position;
        while (_position < _value.Length && IsTokenCharacter(_value[_position]))
        {
            _position++;
        }

        token = _value[start.._position].ToString();
        return token.Length > 0;
    }

    /// <summary>Skips a separator, and the white space before it, if it is next.</summary>
    private bool Skips(char separator)
    {
        SkipSpace();
        if (_position == _value.Length || _value[_position] != separator)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < _value.Length && _value[_position] is ' ' or '\t')
        {
            _position++;
        }
    }

    private static bool IsTokenCharacter(char value) => value < 0x80 && ByteClasses.Is((byte)value, ByteClass.Token);
}
