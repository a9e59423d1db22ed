namespace Perch.Http.WebSockets.Framing;

/// <summary>How far the reading of a frame's header came.</summary>
internal enum FrameStatus : byte
{
    /// <summary>The input ends inside the header; nothing of it is wrong so far.</summary>
    NeedMore = 0,

    /// <summary>The header is whole.</summary>
    Done,

    /// <summary>The connection is to be failed.</summary>
    Rejected,
}
