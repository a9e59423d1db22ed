namespace Perch.Http.Parsing;

/// <summary>RFC 9112 3.2: the four forms of a request target.</summary>
internal enum TargetForm : byte
{
    /// <summary><c>/path?query</c></summary>
    Origin = 0,

    /// <summary><c>http://host/path?query</c></summary>
    Absolute,

    /// <summary><c>host:port</c>, of CONNECT alone.</summary>
    Authority,

    /// <summary><c>*</c>, of OPTIONS alone.</summary>
    Asterisk,
}
