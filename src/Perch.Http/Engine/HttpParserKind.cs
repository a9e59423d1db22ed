namespace Perch.Http;

/// <summary>Who reads request heads on the raw path.</summary>
public enum HttpParserKind
{
    /// <summary>Ours: strict, in one pass.</summary>
    Perch,

    /// <summary>Kestrel's public <c>HttpParser&lt;T&gt;</c>, for comparison.</summary>
    Kestrel,

    /// <summary>
    /// llhttp, the parser of Node.js, for comparison. It needs the native library <c>perch-llhttp</c>, which is built from
    /// <c>native/perch-llhttp.c</c> and llhttp's sources; without it a <see cref="DllNotFoundException"/> is thrown where the gateway is
    /// made.
    /// </summary>
    Llhttp,
}
