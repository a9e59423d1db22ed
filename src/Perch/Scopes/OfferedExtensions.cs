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
    Debug = 1 << 4,
    FullResponse = 1 << 5,
    DenialResponse = 1 << 6,
    Tls = 1 << 7,
}
