using System.Buffers;
using System.Globalization;
using System.Text;

namespace Perch;

/// <summary>
/// An event for an <c>EventSource</c>: WHATWG HTML §9.2. Every part is optional; a client dispatches an event only if it has
/// <see cref="Data"/>.
/// </summary>
public sealed record ServerSentEvent
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n");

    /// <summary>Creates an event.</summary>
    /// <param name="data">The data, of any number of lines. Defaults to null: none.</param>
    /// <param name="event">The type of the event. Defaults to null: <c>message</c>.</param>
    /// <param name="id">What the client sends as <c>last-event-id</c> when it comes back. Defaults to null: the one before stays.</param>
    /// <exception cref="ArgumentException">The type has a line end, or the id a line end or NUL.</exception>
    public ServerSentEvent(string? data = null, string? @event = null, string? id = null)
    {
        Data = data;
        Event = @event;
        Id = id;
    }

    /// <summary>
    /// The data. Line ends of any kind begin a new <c>data</c> line, and arrive as LF. Empty is an event with empty data; null is none.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>The type of the event; null is <c>message</c>.</summary>
    /// <exception cref="ArgumentException">It has a line end, which would begin another field.</exception>
    public string? Event
    {
        get;
        init => field = value is null || !value.AsSpan().ContainsAny(LineEnds)
            ? value
            : throw new ArgumentException("The type of a server-sent event is one line.", nameof(value));
    }

    /// <summary>What the client sends as <c>last-event-id</c> when it comes back; empty clears it, null leaves it.</summary>
    /// <exception cref="ArgumentException">
    /// It has a line end, which would begin another field, or NUL, for which clients ignore it.
    /// </exception>
    public string? Id
    {
        get;
        init => field = value is null || (!value.AsSpan().ContainsAny(LineEnds) && !value.Contains('\0', StringComparison.Ordinal))
            ? value
            : throw new ArgumentException("The id of a server-sent event is one line without NUL.", nameof(value));
    }

    /// <summary>How long the client waits before it comes back, in whole milliseconds; null leaves it as it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan? Retry
    {
        get;
        init
        {
            if (value is { } wait)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>Lines that clients ignore: a sign of life, or a note for who reads along. Null is none.</summary>
    public string? Comment { get; init; }

    /// <summary>A comment without text, which keeps an idle connection from being closed on the way.</summary>
    public static ServerSentEvent Heartbeat { get; } = new() { Comment = "" };

    /// <summary>The event as it is on the wire, with the empty line that ends it, in UTF-8.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        AppendLines(text, ":", Comment);
        AppendLines(text, "event: ", Event);
        AppendLines(text, "id: ", Id);
        if (Retry is { } retry)
        {
            text.Append("retry: ").Append(((long)retry.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        AppendLines(text, "data: ", Data);
        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    // §9.2.6: CR LF, LF and CR all end a line. The space after the colon is the one that the client takes off.
    private static void AppendLines(StringBuilder text, string field, string? value)
    {
        if (value is null)
        {
            return;
        }

        ReadOnlySpan<char> rest = value;
        int end;
        while ((end = rest.IndexOfAny(LineEnds)) >= 0)
        {
            text.Append(field).Append(rest[..end]).Append('\n');
            rest = rest[(end + (rest[end..].StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1))..];
        }

        text.Append(field).Append(rest).Append('\n');
    }
}
