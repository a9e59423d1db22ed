namespace Perch.Transport.Interop;

/// <summary>epoll_ctl(2): what is asked for, and what has happened.</summary>
[Flags]
internal enum EpollEvents : uint
{
    None = 0,
    In = 0x1,
    Out = 0x4,

    /// <summary>The socket has an error; always reported.</summary>
    Error = 0x8,

    /// <summary>Both sides are closed; always reported.</summary>
    HangUp = 0x10,

    /// <summary>The peer has closed its side.</summary>
    PeerClosed = 0x2000,

    /// <summary>Reported once for each change, not for as long as it lasts.</summary>
    EdgeTriggered = 1u << 31,
}
