namespace Perch.Python.Bridge;

/// <summary>What a worker tells the host; the first item of an event.</summary>
internal enum WorkerEvent
{
    Response = 1,
    Body,
    Path,
    EarlyHint,
    Trailers,
    Accept,
    Message,
    Close,
    End,
    Credit,
    Pong,
    Ready,
    Failed,
    Stopped,
    Leaving,
    Ended,
}
