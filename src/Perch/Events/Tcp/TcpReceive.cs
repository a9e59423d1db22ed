namespace Perch;

/// <summary>Bytes from the peer: <c>tcp.receive</c>, Perch's own event.</summary>
public sealed class TcpReceive : GatewayEvent
{
    private ReadOnlyMemory<byte> _data;
    private bool _retired;

    /// <summary>Creates the event over memory that is not copied.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="moreData">False: the peer has shut its side down, nothing follows; it can still be sent to.</param>
    public TcpReceive(ReadOnlyMemory<byte> data, bool moreData = true) : base(EventKind.TcpReceive)
    {
        _data = data;
        MoreData = moreData;
    }

    /// <summary>The bytes. Valid until the next <see cref="Receive"/>.</summary>
    /// <exception cref="ObjectDisposedException">The next event has been received; noticed where the host does not reuse events.</exception>
    public ReadOnlyMemory<byte> Data => !_retired ? _data : throw new ObjectDisposedException(
        nameof(TcpReceive), "The memory of a tcp.receive event is valid until the next receive(): copy what is to be kept.");

    /// <summary>False once the peer has shut its side down (half-close): it can still be sent to.</summary>
    public bool MoreData { get; private set; }

    /// <summary>For the host that owns this instance: the next bytes.</summary>
    internal void Renew(ReadOnlyMemory<byte> data, bool moreData)
    {
        _data = data;
        MoreData = moreData;
    }

    /// <summary>For a host that does not reuse events: the memory is the host's again.</summary>
    internal void Retire()
    {
        _retired = true;
        _data = default;
    }
}
