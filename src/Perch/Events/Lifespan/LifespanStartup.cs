namespace Perch;

/// <summary>The server is about to start: <c>lifespan.startup</c>. Answer with complete or failed before it accepts connections.</summary>
public sealed class LifespanStartup : GatewayEvent
{
    private LifespanStartup() : base(EventKind.LifespanStartup) { }

    /// <summary>The one instance.</summary>
    public static LifespanStartup Instance { get; } = new();
}
