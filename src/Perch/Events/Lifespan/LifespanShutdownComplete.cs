namespace Perch;

/// <summary>The app has cleaned up: <c>lifespan.shutdown.complete</c>.</summary>
public sealed class LifespanShutdownComplete : GatewayEvent
{
    private LifespanShutdownComplete() : base(EventKind.LifespanShutdownComplete) { }

    /// <summary>The one instance.</summary>
    public static LifespanShutdownComplete Instance { get; } = new();
}
