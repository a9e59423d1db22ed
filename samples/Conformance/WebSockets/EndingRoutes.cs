using Conformance.App;
using Conformance.Http;
using Perch;

namespace Conformance.WebSockets;

/// <summary>The routes that end the WebSocket themselves: denied, closed, returned from, failed.</summary>
internal static class EndingRoutes
{
    internal static async Task DenyAsync(Send send) => await send(new WebSocketClose());

    internal static async Task DenyWithResponseAsync(WebSocketScope scope, Send send)
    {
        if (!scope.Offers(ExtensionNames.DenialResponse))
        {
            await DenyAsync(send);
            return;
        }

        byte[] body = "denied"u8.ToArray();
        await send(new WebSocketHttpResponseStart(401, [("content-type", "text/plain"), ("x-deny", "yes"), Reply.ContentLength(body.Length)]));
        await send(new WebSocketHttpResponseBody(body));
    }

    internal static async Task CloseAsync(Query query, Receive receive, Send send)
    {
        await send(new WebSocketAccept());
        await send(new WebSocketClose(query.Number("code", otherwise: 1000), query.Find("reason") ?? ""));
        await OpenRoutes.UntilDisconnectAsync(receive);
    }

    internal static async Task ReturnAsync(Send send) => await send(new WebSocketAccept());

    internal static Task RaiseAsync() => throw new InvalidOperationException("/raise: a detail that no client may see");

    internal static async Task RaiseAfterAsync(Send send)
    {
        await send(new WebSocketAccept());
        throw new InvalidOperationException("/raise-after: a detail that no client may see");
    }
}
