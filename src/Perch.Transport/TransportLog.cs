using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Perch.Transport.Loops;

namespace Perch.Transport;

/// <summary>What the transport logs.</summary>
internal sealed partial class TransportLog(ILogger logger)
{
    /// <summary>A connection was reset by its peer.</summary>
    internal void Lost(ConnectionContext connection, string reason)
    {
        // The id is made when it is asked for.
        if (logger.IsEnabled(LogLevel.Debug))
        {
            Quietly(() => Lost(logger, connection.ConnectionId, reason));
        }
    }

    /// <summary>No connection can be accepted now; it is tried again.</summary>
    internal void AcceptFailed(string endPoint, string reason) => AcceptFailed(logger, endPoint, reason);

    /// <summary>An app has held a loop.</summary>
    internal void LoopTakenOver() => Quietly(() => LoopTakenOver(logger));

    /// <summary>Apps hold all the threads that a loop may have.</summary>
    internal void LoopStandsStill(EventLoop loop) => Quietly(() => LoopStandsStill(logger, loop.Name, loop.Lost));

    /// <summary>Somebody who was told that a connection has closed threw.</summary>
    internal void ClosedFailed(ConnectionContext connection, Exception exception) => ClosedFailed(logger, connection.ConnectionId, exception);

    /// <summary>On the threads of the loops and their watch, nobody catches what a log throws.</summary>
    private static void Quietly(Action log)
    {
        try
        {
            log();
        }
        catch (Exception)
        {
            // There is nobody to be told.
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Connection {ConnectionId}: lost, {Reason}", EventName = "Lost")]
    private static partial void Lost(ILogger logger, string connectionId, string reason);

    [LoggerMessage(2, LogLevel.Error, "{EndPoint}: no connection can be accepted now, {Reason}; it is tried again.", EventName = "AcceptFailed")]
    private static partial void AcceptFailed(ILogger logger, string endPoint, string reason);

    [LoggerMessage(3, LogLevel.Debug, "An app holds an event loop's thread: another thread goes on with its other connections.", EventName = "LoopTakenOver")]
    private static partial void LoopTakenOver(ILogger logger);

    [LoggerMessage(4, LogLevel.Error, "Connection {ConnectionId}: what ConnectionClosed calls has failed.", EventName = "ClosedFailed")]
    private static partial void ClosedFailed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "{Loop} stands still with its connections: apps that block hold {Count} threads of it, and it gets no other before one of them goes on.",
        EventName = "LoopStandsStill")]
    private static partial void LoopStandsStill(ILogger logger, string loop, int count);

    // Next free id: 6.
}
