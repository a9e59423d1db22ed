namespace Perch.Messages;

/// <summary>The order of the messages of a lifespan. A message that is refused changes nothing.</summary>
internal sealed class LifespanMessageOrder
{
    // The states, in the order of the table's rows.
    private const byte Initial = 0;
    private const byte Starting = 1;
    private const byte Started = 2;
    private const byte Stopping = 3;
    private const byte Ended = 4;
    private const byte X = MessageTable.Refused;

    /// <summary>The table. ASGI Lifespan 2.0. An app that was not told to start, or to stop, has nothing to report.</summary>
    internal static readonly MessageTable Table = new(
        "lifespan",
        ["initial", "starting", "started", "stopping", "ended"],
        ["lifespan.startup.complete", "lifespan.startup.failed", "lifespan.shutdown.complete", "lifespan.shutdown.failed"],
        [
            //                 startup complete  startup failed  shutdown complete  shutdown failed
            /* initial  */     X,                X,              X,                 X,
            /* starting */     Started,          Ended,          X,                 X,
            /* started  */     X,                X,              X,                 X,
            /* stopping */     X,                X,              Ended,             Ended,
            /* ended    */     X,                X,              X,                 X,
        ]);

    private byte _state;

    /// <summary>The name of the state, for logs and errors.</summary>
    internal string StateName => Table.States[_state];

    /// <summary>The host hands <c>lifespan.startup</c> to the app.</summary>
    internal void StartupReceived() => _state = Starting;

    /// <summary>The host hands <c>lifespan.shutdown</c> to the app.</summary>
    internal void ShutdownReceived() => _state = Stopping;

    /// <summary>Takes a message, or refuses it.</summary>
    /// <exception cref="GatewayProtocolException">The message is refused.</exception>
    internal void Accept(GatewayEvent message)
    {
        byte column = message switch
        {
            LifespanStartupComplete => 0,
            LifespanStartupFailed => 1,
            LifespanShutdownComplete => 2,
            LifespanShutdownFailed => 3,
            _ => throw Table.NotAMessage(message),
        };

        byte next = Table.Next(_state, column);
        _state = next != X ? next : throw Table.OutOfOrder(_state, column);
    }
}
