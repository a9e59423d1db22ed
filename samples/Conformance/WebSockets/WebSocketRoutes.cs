using Conformance.App;
using Perch;

namespace Conformance.WebSockets;

/// <summary>Finds the route of a WebSocket.</summary>
internal static class WebSocketRoutes
{
    internal static async Task RunAsync(WebSocketScope scope, Receive receive, Send send)
    {
        if (await receive() is not WebSocketConnect)
        {
            return;
        }

        await (scope.RoutePath switch
        {
            "/echo" => OpenRoutes.EchoAsync(receive, send),
            "/subprotocol" => OpenRoutes.SubprotocolAsync(scope, receive, send),
            "/scope" => OpenRoutes.ScopeAsync(scope, receive, send),
            "/accept-headers" => OpenRoutes.AcceptHeadersAsync(receive, send),
            "/close" => EndingRoutes.CloseAsync(new Query(scope.QueryString), receive, send),
            "/deny-response" => EndingRoutes.DenyWithResponseAsync(scope, send),
            "/return" => EndingRoutes.ReturnAsync(send),
            "/raise" => EndingRoutes.RaiseAsync(),
            "/raise-after" => EndingRoutes.RaiseAfterAsync(send),
            // "/deny", and what is not there: 403.
            _ => EndingRoutes.DenyAsync(send),
        });
    }
}
