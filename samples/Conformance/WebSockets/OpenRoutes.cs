using Conformance.App;
using Perch;

namespace Conformance.WebSockets;

/// <summary>The routes that accept and stay until the client closes.</summary>
internal static class OpenRoutes
{
    private static readonly string[] Spoken = ["chat", "superchat"];

    internal static async Task EchoAsync(Receive receive, Send send)
    {
        await send(new WebSocketAccept());
        while (await receive() is WebSocketReceive message)
        {
            await send(WebSocketSend.Echo(message));
        }
    }

    internal static async Task SubprotocolAsync(WebSocketScope scope, Receive receive, Send send)
    {
        await send(new WebSocketAccept(scope.Subprotocols.FirstOrDefault(offered => Spoken.Contains(offered))));
        await UntilDisconnectAsync(receive);
    }

    internal static async Task ScopeAsync(WebSocketScope scope, Receive receive, Send send)
    {
        await send(new WebSocketAccept());
        await send(WebSocketSend.Utf8(ScopeJson.Write(scope)));
        await UntilDisconnectAsync(receive);
    }

    internal static async Task AcceptHeadersAsync(Receive receive, Send send)
    {
        await send(new WebSocketAccept(headers: [("x-extra", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2; path=/")]));
        await UntilDisconnectAsync(receive);
    }

    internal static async Task UntilDisconnectAsync(Receive receive)
    {
        while (await receive() is not WebSocketDisconnect)
        {
        }
    }
}
