using System.IO.Pipelines;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets;

/// <summary>
/// An open WebSocket over a pair of pipes, from after the handshake to its end. The pipes are completed by who made them, after
/// <see cref="Ended"/> (the output) and after <see cref="Dispose"/> (the input, whose memory an app may still hold).
/// <list type="number">
/// <item><see cref="Start"/>: reading begins;</item>
/// <item>messages go both ways;</item>
/// <item>whoever closes: <see cref="Ended"/>, no later than the close time-out after it;</item>
/// <item>the app's task has ended: <see cref="Dispose"/>.</item>
/// </list>
/// </summary>
internal sealed class WebSocketSession : IWebSocketSession
{
    /// <param name="transport">The pipes; what the client sent after its handshake may be in the input already, not examined.</param>
    /// <param name="options">Limits and time-outs.</param>
    /// <param name="deflate">What was agreed on; null for no compression.</param>
    /// <param name="time">The clock.</param>
    /// <param name="abort">Cuts the connection; called at most once, never under a lock.</param>
    /// <param name="reusesEvents">Whether one event object serves all messages. False makes an event throw that is used too late.</param>
    internal WebSocketSession(
        IDuplexPipe transport, WebSocketGatewayOptions options, DeflateAgreement? deflate, TimeProvider time, Action abort, bool reusesEvents = true)
    {
    }

    /// <summary>The close handshake is done or timed out, or the connection is gone: nothing more is read or written.</summary>
    internal Task Ended => throw new NotImplementedException();

    /// <summary>What the client did wrong, for the log; <see cref="WebSocketFault.None"/> if nothing.</summary>
    public WebSocketFault Fault => throw new NotImplementedException();

    /// <summary>Whether the session is over for the app: sends throw.</summary>
    public bool IsDisconnected => throw new NotImplementedException();

    /// <summary>Fires when the client has closed or is gone; made when asked for.</summary>
    public CancellationToken Disconnected => throw new NotImplementedException();

    /// <summary>(1) Begins to read, after the handshake's response has been written.</summary>
    internal void Start() => throw new NotImplementedException();

    /// <summary>The next <see cref="WebSocketReceive"/>; after the last a <see cref="WebSocketDisconnect"/>, again and again.</summary>
    /// <exception cref="GatewayProtocolException">Another call waits.</exception>
    public ValueTask<GatewayEvent> ReceiveAsync() => throw new NotImplementedException();

    /// <summary>Sends a message whole and in the order of the calls; waits while the client does not read.</summary>
    /// <exception cref="ClientDisconnectedException">The session is over.</exception>
    public ValueTask SendAsync(WebSocketSend message) => throw new NotImplementedException();

    /// <summary>Begins the close handshake from our side, after what was sent before; does nothing if either side has closed. Never throws.</summary>
    /// <param name="code">A code that may be sent.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <returns>When the close frame is on its way. <see cref="Ended"/> is the end of the handshake.</returns>
    public ValueTask CloseAsync(int code, string? reason = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task WaitForEndAsync() => Ended;

    /// <summary>Cuts the connection without a close frame.</summary>
    internal void Abort() => throw new NotImplementedException();

    /// <summary>(4) The app is done with what it received; after <see cref="Ended"/>.</summary>
    public void Dispose() => throw new NotImplementedException();
}
