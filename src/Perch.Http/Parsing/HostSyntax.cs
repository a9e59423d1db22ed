using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>RFC 9110 7.2: <c>Host = uri-host [ ":" port ]</c>, with the <c>host</c> and <c>port</c> of RFC 3986 3.2.2 and 3.2.3.</summary>
internal static class HostSyntax
{
    /// <summary>
    /// Whether a Host value or an authority without user information is right. An empty value is: a client sends it for a target that has
    /// no authority (RFC 9112 3.2). A port without a host is not: no http URI has an empty host (RFC 9110 4.2.1).
    /// </summary>
    internal static bool IsValid(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return true;
        var host = HostLength(value);
        return host > 0 && (host == value.Length || (value[host] == ':' && IsPort(value[(host + 1)..])));
    }

    /// <summary>Whether it is a host and a port, both there.</summary>
    internal static bool IsHostWithPort(ReadOnlySpan<byte> value)
    {
        var host = HostLength(value);
        return host > 0 && host + 1 < value.Length && value[host] == ':' && IsPort(value[(host + 1)..]);
    }

    // RFC 3986 3.2.3: port = *DIGIT. A number that is no port cannot be connected to, so it names another host for whoever cuts it off.
    internal static bool IsPort(ReadOnlySpan<byte> port)
    {
        if (port.Length > 5) return false;
        var number = 0;
        foreach (var digit in port)
        {
            if (!ByteClasses.Is(digit, ByteClass.Digit)) return false;
            number = number * 10 + digit - '0';
        }

        return number <= 65535;
    }

    // RFC 3986 3.2.2: host = IP-literal / IPv4address / reg-name; what is an IPv4address is a reg-name as well.
    private static int HostLength(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return 0;
        if (value[0] == '[')
        {
            var end = value.IndexOf((byte)']');
            return end > 0 && IsLiteral(value[1..end]) ? end + 1 : 0;
        }

        // reg-name = *( unreserved / pct-encoded / sub-delims )
        var length = 0;
        while (length < value.Length)
        {
            if (ByteClasses.Is(value[length], ByteClass.Host)) length++;
            else if (value[length] == '%' && length + 2 < value.Length
                && ByteClasses.Is(value[length + 1], ByteClass.Hex) && ByteClasses.Is(value[length + 2], ByteClass.Hex)) length += 3;
            else break;
        }

        return length;
    }

    // RFC 3986 3.2.2: IP-literal = "[" ( IPv6address / IPvFuture ) "]"
    private static bool IsLiteral(ReadOnlySpan<byte> literal) =>
        literal.Length > 0 && (literal[0] | 0x20) == 'v' ? IsFutureAddress(literal[1..]) : IsAddress6(literal);

    // IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
    private static bool IsFutureAddress(ReadOnlySpan<byte> text)
    {
        var dot = text.IndexOf((byte)'.');
        if (dot <= 0 || dot + 1 == text.Length) return false;
        foreach (var value in text[..dot])
            if (!ByteClasses.Is(value, ByteClass.Hex)) return false;
        foreach (var value in text[(dot + 1)..])
            if (value != ':' && !ByteClasses.Is(value, ByteClass.Host)) return false;
        return true;
    }

    // IPv6address: eight groups of h16 = 1*4HEXDIG; the last two may be an IPv4address; "::" stands once, for one group or more.
    private static bool IsAddress6(ReadOnlySpan<byte> text)
    {
        var groups = 0;
        var isShortened = false;
        if (text.StartsWith("::"u8))
        {
            isShortened = true;
            text = text[2..];
            if (text.IsEmpty) return true;
        }

        while (true)
        {
            var length = 0;
            while (length < text.Length && length < 5 && ByteClasses.Is(text[length], ByteClass.Hex)) length++;
            if (length < text.Length && text[length] == '.')
                return IsAddress4(text) && (isShortened ? groups + 2 < 8 : groups + 2 == 8);
            if (length is 0 or > 4) return false;
            groups++;
            text = text[length..];
            if (text.IsEmpty) return isShortened ? groups < 8 : groups == 8;
            if (text[0] != ':' || groups == 8) return false;
            text = text[1..];
            if (text.IsEmpty) return false;
            if (text[0] != ':') continue;
            if (isShortened) return false;
            isShortened = true;
            text = text[1..];
            if (text.IsEmpty) return groups < 8;
        }
    }

    // IPv4address: four dec-octet, which have no leading zero.
    private static bool IsAddress4(ReadOnlySpan<byte> text)
    {
        for (var octet = 0; octet < 4; octet++)
        {
            var number = 0;
            var length = 0;
            while (length < text.Length && length < 3 && ByteClasses.Is(text[length], ByteClass.Digit))
                number = number * 10 + text[length++] - '0';
            if (length == 0 || number > 255 || (length > 1 && text[0] == '0')) return false;
            text = text[length..];
            if (octet == 3) return text.IsEmpty;
            if (text.IsEmpty || text[0] != '.') return false;
            text = text[1..];
        }

        return false;
    }
}
