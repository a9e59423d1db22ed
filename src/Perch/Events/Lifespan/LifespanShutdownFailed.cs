namespace Perch;

/// <summary>The app could not clean up: <c>lifespan.shutdown.failed</c>. The server prints the message and exits.</summary>
public sealed class LifespanShutdownFailed : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="message">What went wrong, for the operator. Defaults to none, as in ASGI.</param>
    public LifespanShutdownFailed(string message = "") : base(EventKind.LifespanShutdownFailed) => Message = message ?? "";

    internal LifespanShutdownFailed(string message, Exception cause) : this(message) => Cause = cause;

    /// <summary>What went wrong, for the operator.</summary>
    public string Message { get; }

    /// <summary>The exception behind the message, for the host's log; it does not leave the process.</summary>
    internal Exception? Cause { get; }
}
