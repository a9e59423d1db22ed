namespace Perch.Http.WebSockets;

/// <summary>The connection below a <see cref="WebSocketSession"/>.</summary>
internal interface IWebSocketConnection
{
    /// <summary>Cuts it. Called at most once, never under a lock.</summary>
    void Abort();

    /// <summary><see cref="WebSocketSession.Ended"/>: nothing more is read or written. Called once, on a thread of the pool.</summary>
    void OnSessionEnded();
}
