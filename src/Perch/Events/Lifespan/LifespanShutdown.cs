namespace Perch;

/// <summary>The server has stopped and its last connection is closed: <c>lifespan.shutdown</c>.</summary>
public sealed class LifespanShutdown : GatewayEvent
{
    private LifespanShutdown() : base(EventKind.LifespanShutdown) { }

    /// <summary>The one instance.</summary>
    public static LifespanShutdown Instance { get; } = new();
}
