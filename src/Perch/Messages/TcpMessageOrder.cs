namespace Perch.Messages;

/// <summary>The order of the messages of a raw byte connection. A message that is refused changes nothing.</summary>
internal sealed class TcpMessageOrder
{
    // The states, in the order of the table's rows.
    private const byte Open = 0;
    private const byte ShutDown = 1;
    private const byte Closed = 2;
    private const byte X = MessageTable.Refused;

    /// <summary>The table.</summary>
    internal static readonly MessageTable Table = new(
        "tcp",
        ["open", "shut down", "closed"],
        ["tcp.send (more_data)", "tcp.send", "tcp.close"],
        [
            //                  send+  send      close
            /* open      */     Open,  ShutDown, Closed,
            /* shut down */     X,     X,        Closed,
            /* closed    */     X,     X,        X,
        ]);

    private byte _state;

    /// <summary>The app has sent its last bytes.</summary>
    internal bool IsShutDown => _state >= ShutDown;

    /// <summary>The app has closed the connection.</summary>
    internal bool IsClosed => _state == Closed;

    /// <summary>Takes a message, or refuses it.</summary>
    /// <exception cref="GatewayProtocolException">The message is refused.</exception>
    internal void Accept(GatewayEvent message)
    {
        byte column = message switch
        {
            TcpSend { MoreData: true } => 0,
            TcpSend => 1,
            TcpClose => 2,
            _ => throw Table.NotAMessage(message),
        };

        byte next = Table.Next(_state, column);
        _state = next != X ? next : throw Table.OutOfOrder(_state, column);
    }
}
