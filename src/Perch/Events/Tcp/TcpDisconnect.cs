namespace Perch;

/// <summary>The connection is gone in both directions: <c>tcp.disconnect</c>, Perch's own event.</summary>
public sealed class TcpDisconnect : GatewayEvent
{
    private TcpDisconnect() : base(EventKind.TcpDisconnect) { }

    /// <summary>The one instance.</summary>
    public static TcpDisconnect Instance { get; } = new();
}
