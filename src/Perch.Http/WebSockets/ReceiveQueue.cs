namespace Perch.Http.WebSockets;

/// <summary>The messages that were read ahead of the app, within its bounds.</summary>
/// <param name="mostMessages">How many there may be.</param>
internal struct ReceiveQueue(int mostMessages)
{
    /// <summary>The bytes that stop the reading: as much as Kestrel reads ahead of an app (its <c>MaxRequestBufferSize</c>).</summary>
    private const long MostBytes = 1024 * 1024;

    private Queue<ReceivedMessage>? _messages;
    private long _bytes;

    internal readonly bool IsEmpty => _messages is null or { Count: 0 };

    internal readonly bool IsFull => _messages is not null && (_messages.Count >= mostMessages || _bytes >= MostBytes);

    /// <summary>Whether so much has been taken that reading on is worth while.</summary>
    internal readonly bool IsHalfEmpty => _messages is null || (_messages.Count <= mostMessages / 2 && _bytes <= MostBytes / 2);

    internal void Add(in ReceivedMessage message)
    {
        (_messages ??= new Queue<ReceivedMessage>()).Enqueue(message);
        _bytes += message.Data.Length;
    }

    internal ReceivedMessage Take()
    {
        ReceivedMessage message = _messages!.Dequeue();
        _bytes -= message.Data.Length;
        return message;
    }
}
