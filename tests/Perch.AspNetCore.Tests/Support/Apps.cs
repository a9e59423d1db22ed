using System.Text;

namespace Perch.AspNetCore.Tests.Support;

/// <summary>Apps that several tests need.</summary>
internal static class Apps
{
    internal static readonly HttpResponseStart Ok = new(200, [("content-type", "text/plain")]);

    internal static async Task Hello(Scope scope, Receive receive, Send send)
    {
        if (scope is not HttpScope)
        {
            throw new UnsupportedScopeException(scope);
        }

        await send(Ok);
        await send(new HttpResponseBody("Hello"u8));
    }

    /// <summary>Answers with what a function makes of the scope.</summary>
    internal static GatewayApp Tell(Func<HttpScope, string> what) => async (scope, _, send) =>
    {
        HttpScope http = scope as HttpScope ?? throw new UnsupportedScopeException(scope);
        await send(Ok);
        await send(new HttpResponseBody(Encoding.UTF8.GetBytes(what(http))));
    };

    /// <summary>An app for HTTP alone.</summary>
    internal static GatewayApp Http(Func<HttpScope, Receive, Send, Task> app) => (scope, receive, send) =>
        scope is HttpScope http ? app(http, receive, send) : throw new UnsupportedScopeException(scope);

    /// <summary>An app for WebSockets alone.</summary>
    internal static GatewayApp WebSocket(Func<WebSocketScope, Receive, Send, Task> app) => (scope, receive, send) =>
        scope is WebSocketScope ws ? app(ws, receive, send) : throw new UnsupportedScopeException(scope);

    internal static async Task<byte[]> ReadBodyAsync(Receive receive)
    {
        using var body = new MemoryStream();
        while (await receive() is HttpRequestBody part)
        {
            body.Write(part.Body.Span);
            if (!part.MoreBody)
            {
                return body.ToArray();
            }
        }

        throw new EndOfStreamException("The client left within the body.");
    }
}
