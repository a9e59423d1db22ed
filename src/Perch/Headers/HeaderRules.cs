using System.Buffers;
using System.Text;

namespace Perch;

/// <summary>What a header that an app sends must be. Every host and every event goes through here.</summary>
internal static class HeaderRules
{
    // RFC 9110 §5.6.2: token = 1*tchar.
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // RFC 9110 §5.5: a field value has no control characters but HTAB. CR and LF would end the field and begin another.
    private static readonly SearchValues<byte> ForbiddenInValue = SearchValues.Create(
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127,
    ]);

    internal static bool IsToken(ReadOnlySpan<byte> name) => !name.IsEmpty && !name.ContainsAnyExcept(TokenBytes);

    internal static bool IsValue(ReadOnlySpan<byte> value) => !value.ContainsAny(ForbiddenInValue);

    /// <summary>Compares a name (or a value that is a token) with one that is given in lower case.</summary>
    internal static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerCase) =>
        name.Length == lowerCase.Length && Ascii.EqualsIgnoreCase(name, lowerCase);

    /// <exception cref="GatewayProtocolException">The field cannot be sent.</exception>
    internal static void Check(Header header, string type)
    {
        if (!IsToken(header.Name.Span))
        {
            throw new GatewayProtocolException($"{type}: the header name '{Printable(header.Name.Span)}' is not a token (RFC 9110 §5.6.2).");
        }

        if (!IsValue(header.Value.Span))
        {
            throw new GatewayProtocolException(
                $"{type}: the value of the header '{header.NameText}' has a control character such as CR, LF or NUL (RFC 9110 §5.5).");
        }
    }

    /// <exception cref="GatewayProtocolException">A field cannot be sent.</exception>
    internal static void CheckAll(HeaderList headers, string type)
    {
        for (int i = 0; i < headers.Count; i++)
        {
            Check(headers[i], type);
        }
    }

    /// <summary>RFC 9110 §8.6: Content-Length = 1*DIGIT. No sign, no list, no overflow.</summary>
    internal static bool TryParseLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        if (value.IsEmpty)
        {
            return false;
        }

        foreach (byte b in value)
        {
            int digit = b - '0';
            if ((uint)digit > 9 || length > (long.MaxValue - digit) / 10)
            {
                return false;
            }

            length = (length * 10) + digit;
        }

        return true;
    }

    /// <summary>
    /// RFC 9113 §8.2.2: fields about the connection. They are the server's on HTTP/1.1 and forbidden on HTTP/2 and HTTP/3.
    /// </summary>
    internal static bool IsConnectionSpecific(ReadOnlySpan<byte> name) => name.Length switch
    {
        7 => Is(name, "upgrade"u8),
        10 => Is(name, "connection"u8) || Is(name, "keep-alive"u8),
        16 => Is(name, "proxy-connection"u8),
        17 => Is(name, "transfer-encoding"u8),
        _ => false,
    };

    private static string Printable(ReadOnlySpan<byte> name) => string.Create(name.Length, name, static (text, bytes) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '?';
        }
    });
}
