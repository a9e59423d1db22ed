namespace Perch;

public static partial class SendExtensions
{
    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Sends server-sent events (WHATWG HTML §9.2) as they come, and signs of life while there are none.</summary>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="scope">The request. To HEAD the events are not asked for.</param>
    /// <param name="events">The events. Its token is cancelled when the client leaves: a source that waits has to watch it.</param>
    /// <param name="heartbeat">
    /// After how long without an event a comment is sent. Defaults to null: 15 seconds, as WHATWG HTML §9.2.7 advises.
    /// <see cref="Timeout.InfiniteTimeSpan"/> sends none.
    /// </param>
    /// <param name="headers">
    /// More headers. Defaults to none. <c>content-type: text/event-stream</c> and <c>cache-control: no-cache</c> are added where they are
    /// missing.
    /// </param>
    /// <param name="timeProvider">The clock of the heartbeat. Defaults to null: the system's.</param>
    /// <param name="cancellationToken">
    /// Ends the response early, with an <see cref="OperationCanceledException"/>: the host then aborts it.
    /// </param>
    /// <remarks>
    /// The response starts at once, not with the first event, so that the client's <c>open</c> event comes when it has connected.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The heartbeat is not positive.</exception>
    /// <exception cref="ClientDisconnectedException">The client left: the usual end of a stream of events.</exception>
    public static ValueTask EventsAsync(
        this Send send, HttpScope scope, IAsyncEnumerable<ServerSentEvent> events, TimeSpan? heartbeat = null, HeaderList? headers = null,
        TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(send);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(events);
        TimeSpan idle = heartbeat ?? DefaultHeartbeat;
        if (idle != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(idle, TimeSpan.Zero, nameof(heartbeat));
        }

        headers ??= HeaderList.Empty;
        if (!headers.Contains("cache-control"))
        {
            headers = [.. headers, ("cache-control", "no-cache")];
        }

        HttpResponseStart start = ResponseParts.Start(200, headers, "text/event-stream", length: null);
        return new EventStream(send, scope, events, idle, timeProvider ?? TimeProvider.System).RunAsync(start, cancellationToken);
    }
}
