namespace Perch.Python.Bridge;

/// <summary>What comes to a stream.</summary>
internal enum IncomingKind
{
    /// <summary>The head of a response, mostly with the first part of its body.</summary>
    Response,

    /// <summary>A part of a body.</summary>
    Body,

    /// <summary>A file as the body.</summary>
    Path,

    /// <summary>An event that is passed on as it is: an early hint, trailers, an accept, a close.</summary>
    Event,

    /// <summary>A WebSocket message, text.</summary>
    Text,

    /// <summary>A WebSocket message, binary.</summary>
    Binary,

    /// <summary>The app's call has ended.</summary>
    End,

    /// <summary>The worker has died.</summary>
    Lost,

    /// <summary>The app waits for the client's next message.</summary>
    Credit,

    /// <summary>The worker is about to be replaced.</summary>
    Restart,

    /// <summary>The client's request cannot be read on.</summary>
    Rejected,
}
