namespace Perch;

/// <summary>Closes the connection in both directions, after what was sent: <c>tcp.close</c>, Perch's own event.</summary>
public sealed class TcpClose : GatewayEvent
{
    private TcpClose() : base(EventKind.TcpClose) { }

    /// <summary>The one instance.</summary>
    public static TcpClose Instance { get; } = new();
}
