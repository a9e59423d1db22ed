namespace Perch.Server.Layers;

/// <summary>
/// A request that begins while the server stops: the client is told that its connection ends with the answer (RFC 9112 §9.6), so that it
/// sends the next one elsewhere instead of into a connection that is being closed.
/// </summary>
internal sealed class StopRun(Action<ObservedRun> giveBack) : ObservedRun(giveBack)
{
    private static readonly Header[] Close = [("connection", "close")];

    private protected override ValueTask OnSend(GatewayEvent message, Send send) =>
        send(message is HttpResponseStart or HttpFullResponse ? ResponseHeaders.Add(message, Close) : message);
}
