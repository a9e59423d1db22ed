namespace Perch;

/// <summary>The extensions that a scope offers, as the message rules need them.</summary>
[Flags]
internal enum OfferedExtensions
{
    None = 0,
    Trailers = 1 << 0,
    EarlyHint = 1 << 1,
    PathSend = 1 << 2,
    ZeroCopySend = 1 << 3,
    FullResponse = 1 << 4,
    DenialResponse = 1 << 5,
    Debug = 1 << 6,
    Tls = 1 << 7,
}
