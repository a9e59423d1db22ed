namespace Perch.Http.Engine;

/// <summary>What the engine makes of input.</summary>
internal enum EngineRead : byte
{
    /// <summary>All input was taken, and more is needed.</summary>
    NeedMore = 0,

    /// <summary>A request has begun: its scope is ready, the app is to be called.</summary>
    Request,

    /// <summary>A WebSocket is asked for, by a handshake that is one: see <see cref="Http1Engine.OpenWebSocket"/>.</summary>
    WebSocket,

    /// <summary>There are bytes of the body.</summary>
    Body,

    /// <summary>The body is at its end.</summary>
    EndOfBody,

    /// <summary>The input is refused; see <see cref="Http1Engine.Rejection"/>.</summary>
    Rejected,
}
