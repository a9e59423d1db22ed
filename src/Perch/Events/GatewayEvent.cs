namespace Perch;

/// <summary>
/// An event between a host and an app. The kinds of event are a closed set, one sealed class each: match them by pattern.
/// </summary>
public abstract class GatewayEvent
{
    private protected GatewayEvent(EventKind kind) => Kind = kind;

    /// <summary>The ASGI name of the event, <c>"http.response.start"</c> for instance.</summary>
    public string Type => EventNames.Of(Kind);

    internal EventKind Kind { get; }

    /// <summary>The ASGI name of the event.</summary>
    public override string ToString() => Type;
}
