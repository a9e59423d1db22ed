namespace Perch.Python.Bridge;

/// <summary>The sizes of the protocol. The worker gets those that it needs with its settings.</summary>
internal static class BridgeLimits
{
    /// <summary>What a stream may have on its way, in bytes, each way: a slow reader holds that much of its own stream, and no more.</summary>
    internal const int Window = 256 * 1024;

    /// <summary>
    /// What of a request's body is sent unasked, if a part of it was there when the request came. Less than half the window: so that the
    /// first wait of the app asks for more, which tells that it wants the body at all.
    /// </summary>
    internal const int Ahead = Window / 4;

    /// <summary>What an event costs of a stream's credit beside its bytes, so that empty ones have a price.</summary>
    internal const int EventOverhead = 64;

    /// <summary>A frame that is fuller is closed, and another begun.</summary>
    internal const int FullFrame = 128 * 1024;

    /// <summary>
    /// Up to this, a part of a body that comes before the last one has left joins it: the app gets in one event what came together. Less
    /// than half the window, since the worker does not count what joins the first part.
    /// </summary>
    internal const int JoinedBody = 64 * 1024;

    /// <summary>Data up to this is copied out of the frame that it came in, to memory that its stream has for it.</summary>
    internal const int SmallData = 4 * 1024;

    /// <summary>What the kernel may hold of what has been written, each way, where it allows that much: a frame leaves in few writes.</summary>
    internal const int SocketBuffer = 1024 * 1024;

    /// <summary>The largest WebSocket message that an app may send.</summary>
    internal const int LargestMessage = 64 * 1024 * 1024;

    /// <summary>The largest frame that a worker may send: its largest message, and what gathers beside it.</summary>
    internal const int LargestFrame = LargestMessage + (8 * 1024 * 1024);

    /// <summary>What precedes a frame: its length, without this, little-endian.</summary>
    internal const int FrameHead = sizeof(uint);
}
