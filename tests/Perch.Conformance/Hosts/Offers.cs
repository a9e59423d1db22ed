namespace Perch.Conformance.Hosts;

/// <summary>What hosts differ in. Whatever is not named here is the same on all of them.</summary>
[Flags]
public enum Offers
{
    /// <summary>Only what every host offers.</summary>
    None = 0,

    /// <summary>Trailers on HTTP/1.1 as well, to clients that say <c>TE: trailers</c>.</summary>
    TrailersOverHttp1 = 1 << 0,

    /// <summary>Informational responses.</summary>
    EarlyHints = 1 << 1,

    /// <summary><c>path</c> as ASGI has it: <c>%2F</c> decoded, dot segments kept. Without it, the path of an ASP.NET Core host.</summary>
    UntouchedPaths = 1 << 2,

    /// <summary>
    /// A WebSocket engine of Perch's own. ASP.NET Core's takes a close without a code for one with 1000, resets the connection right after the
    /// close frame that answers a broken frame, so that the reset may overtake the frame, and lets through what is no valid text or extension.
    /// </summary>
    OwnWebSocketEngine = 1 << 3,
}
