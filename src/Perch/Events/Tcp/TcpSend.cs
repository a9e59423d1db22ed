namespace Perch;

/// <summary>Bytes for the peer: <c>tcp.send</c>, Perch's own event.</summary>
public sealed class TcpSend : GatewayEvent
{
    /// <summary>Creates the event over memory that is not copied.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="moreData">False: shut this side down after the bytes; the peer can still be received from. Defaults to true.</param>
    public TcpSend(ReadOnlyMemory<byte> data, bool moreData = true) : base(EventKind.TcpSend)
    {
        Data = data;
        MoreData = moreData;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Whether more bytes follow; false shuts this side down.</summary>
    public bool MoreData { get; }
}
