namespace Perch;

/// <summary>The app could not start: <c>lifespan.startup.failed</c>. The server prints the message and exits.</summary>
public sealed class LifespanStartupFailed : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="message">What went wrong, for the operator. Defaults to none, as in ASGI.</param>
    public LifespanStartupFailed(string message = "") : base(EventKind.LifespanStartupFailed) => Message = message ?? "";

    /// <summary>What went wrong, for the operator.</summary>
    public string Message { get; }
}
