namespace Perch.Transport.Interop;

/// <summary>errno(3): the values of Linux that are told apart here; the same on x64 and ARM64.</summary>
internal static class Errno
{
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int EPIPE = 32;
    internal const int ENONET = 64;
    internal const int EPROTO = 71;
    internal const int ENOPROTOOPT = 92;
    internal const int ENETDOWN = 100;
    internal const int ENETUNREACH = 101;
    internal const int ECONNABORTED = 103;
    internal const int ECONNRESET = 104;
    internal const int EHOSTDOWN = 112;
    internal const int EHOSTUNREACH = 113;
}
