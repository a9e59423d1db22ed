namespace Perch;

/// <summary>The client has left, or the response is complete: <c>http.disconnect</c>.</summary>
public sealed class HttpDisconnect : GatewayEvent
{
    private HttpDisconnect() : base(EventKind.HttpDisconnect) { }

    /// <summary>The one instance.</summary>
    public static HttpDisconnect Instance { get; } = new();
}
