namespace Perch.Messages;

/// <summary>
/// The order of messages in one kind of scope, as a table: a row for each state, a column for each message, and in each cell the
/// state that follows, or <see cref="Refused"/>. Every host follows the same tables; docs/messages.md shows them.
/// </summary>
internal sealed class MessageTable
{
    /// <summary>The cell of a message that is out of order.</summary>
    internal const byte Refused = 0xFF;

    private readonly byte[] _next;
    private readonly int _columns;

    internal MessageTable(string scope, string[] states, string[] messages, ReadOnlySpan<byte> next)
    {
        if (next.Length != states.Length * messages.Length)
        {
            throw new ArgumentException("The table has not one cell for each state and message.", nameof(next));
        }

        Scope = scope;
        States = states;
        Messages = messages;
        _columns = messages.Length;
        _next = next.ToArray();
    }

    /// <summary>The kind of scope: <c>http</c>.</summary>
    internal string Scope { get; }

    /// <summary>The names of the states; the first is where a scope begins.</summary>
    internal IReadOnlyList<string> States { get; }

    /// <summary>The names of the messages; one that comes in two forms is two columns.</summary>
    internal IReadOnlyList<string> Messages { get; }

    /// <summary>The state that follows when a message is sent, or <see cref="Refused"/>.</summary>
    internal byte Next(byte state, byte message) => _next[(state * _columns) + message];

    /// <summary>The error for a message that is out of order.</summary>
    internal GatewayProtocolException OutOfOrder(byte state, byte message)
    {
        string[] possible = [.. Enumerable.Range(0, Messages.Count).Where(m => Next(state, (byte)m) != Refused).Select(m => Messages[m])];
        string expected = possible.Length == 0 ? "nothing more can be sent" : "possible here: " + string.Join(", ", possible);
        return new GatewayProtocolException($"{Messages[message]} cannot be sent in the state '{States[state]}' of the {Scope} scope; {expected}.");
    }

    /// <summary>The error for something that is not a message of this kind of scope at all.</summary>
    internal GatewayProtocolException NotAMessage(GatewayEvent? message) => new(
        message is null
            ? $"null was sent in the {Scope} scope: an event is needed."
            : $"{message.Type} is not a message that an app sends in the {Scope} scope.");
}
