namespace Perch.Server.Layers;

/// <summary>Gives every response the fields of <c>--header</c>.</summary>
internal sealed class HeadersRun(IReadOnlyList<Header> headers, Action<ObservedRun> giveBack) : ObservedRun(giveBack)
{
    private GatewayEvent? _last;
    private GatewayEvent? _lastWithHeaders;

    private protected override ValueTask OnSend(GatewayEvent message, Send send)
    {
        if (message is not (HttpResponseStart or HttpFullResponse or WebSocketAccept or WebSocketHttpResponseStart))
        {
            return send(message);
        }

        if (message != _last)
        {
            // An app that sends the same start each time gets the same one with the fields.
            _lastWithHeaders = ResponseHeaders.Add(message, headers);
            _last = message;
        }

        return send(_lastWithHeaders!);
    }
}
