namespace Conformance.App;

/// <summary>How a connection ended for the app.</summary>
/// <param name="Code">The close code of <c>websocket.disconnect</c>; null for HTTP.</param>
/// <param name="Reason">Its reason; null for HTTP.</param>
/// <param name="Messages">How many messages of a WebSocket the app has received.</param>
/// <param name="SendAfter">What a send after it did: <c>raised NAME</c> or <c>silent</c>.</param>
/// <param name="SendAfterOSError">Whether it raised an <see cref="IOException"/>, as ASGI 2.4 has it.</param>
internal sealed record DisconnectRecord(int? Code, string? Reason, int Messages, string SendAfter, bool SendAfterOSError);
