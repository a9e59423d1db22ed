namespace Perch;

/// <summary>The app could not start: <c>lifespan.startup.failed</c>. The server prints the message and exits.</summary>
public sealed class LifespanStartupFailed : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="message">What went wrong, for the operator. Defaults to none, as in ASGI.</param>
    public LifespanStartupFailed(string message = "") : base(EventKind.LifespanStartupFailed) => Message = message ?? "";

    internal LifespanStartupFailed(string message, Exception cause) : this(message) => Cause = cause;

    /// <summary>What went wrong, for the operator.</summary>
    public string Message { get; }

    /// <summary>The exception behind the message, for the host's log; it does not leave the process.</summary>
    internal Exception? Cause { get; }
}
