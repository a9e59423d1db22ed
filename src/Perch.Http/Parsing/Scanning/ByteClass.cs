namespace Perch.Http.Parsing.Scanning;

/// <summary>What a byte may be part of. A byte is in several classes.</summary>
[Flags]
internal enum ByteClass : byte
{
    None = 0,

    /// <summary>RFC 9110 5.6.2, <c>tchar</c>: methods, field names, parameter names.</summary>
    Token = 1,

    /// <summary>
    /// RFC 3986 2.2, 2.3 and 2.1: the bytes that a URI is made of, without <c>#</c>, which starts what is never sent in a target
    /// (RFC 9112 3.2). <c>[</c> and <c>]</c> belong to an IP literal, and browsers send them unencoded in queries.
    /// </summary>
    Target = 2,

    /// <summary>RFC 3986 3.2.2, <c>reg-name</c> without <c>pct-encoded</c>: what nearly every host consists of.</summary>
    Host = 4,

    /// <summary>RFC 9110 5.5: <c>field-vchar</c> is VCHAR or obs-text, with SP and HTAB between; everything else is in this
    /// class.</summary>
    Control = 8,

    /// <summary>RFC 5234 B.1, HEXDIG in either case.</summary>
    Hex = 16,

    /// <summary>RFC 5234 B.1, DIGIT.</summary>
    Digit = 32,

    /// <summary><see cref="Target"/> without the percent sign, which says nothing without what follows it.</summary>
    PlainTarget = 64,
}
