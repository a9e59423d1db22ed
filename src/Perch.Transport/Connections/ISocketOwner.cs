using Microsoft.AspNetCore.Connections;

namespace Perch.Transport.Connections;

/// <summary>Who has a socket's pipes, and is told of the socket's end.</summary>
internal interface ISocketOwner
{
    /// <summary>The connection is over, or the peer's side of it.</summary>
    void OnClosed();

    /// <summary>A call has failed: the connection is lost.</summary>
    void OnLost(string reason);

    /// <summary>Cuts the connection: the peer gets a reset.</summary>
    void Abort(ConnectionAbortedException reason);
}
