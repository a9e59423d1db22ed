namespace Perch.Http.WebSockets;

/// <summary>What the reading of the client's bytes came to.</summary>
internal enum MessageRead : byte
{
    /// <summary>All input is taken, but for a piece that must be seen again with what follows it.</summary>
    NeedMore = 0,

    /// <summary>A message is whole: <see cref="MessageReader.Message"/>.</summary>
    Message,

    /// <summary>A ping: <see cref="MessageReader.Control"/> is what the pong has to repeat.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>A close frame: <see cref="MessageReader.CloseCode"/> and <see cref="MessageReader.CloseReason"/>. Nothing after it is read.</summary>
    Close,

    /// <summary>The connection is to be failed: <see cref="MessageReader.Fault"/>. Nothing after it is read.</summary>
    Rejected,
}
