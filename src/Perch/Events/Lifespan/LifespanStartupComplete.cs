namespace Perch;

/// <summary>The app has started: <c>lifespan.startup.complete</c>.</summary>
public sealed class LifespanStartupComplete : GatewayEvent
{
    private LifespanStartupComplete() : base(EventKind.LifespanStartupComplete) { }

    /// <summary>The one instance.</summary>
    public static LifespanStartupComplete Instance { get; } = new();
}
