using Perch;

namespace Conformance.Http;

/// <summary>The routes that use an extension where the host offers it.</summary>
internal static class ExtensionRoutes
{
    internal static async Task TrailersAsync(HttpScope scope, Receive receive, Send send)
    {
        if (!scope.Offers(ExtensionNames.Trailers))
        {
            await Reply.TextAsync(send, 200, "no trailers");
            return;
        }

        await send(new HttpResponseStart(200, [("content-type", "text/plain"), ("trailer", "x-sum")], trailers: true));
        await send(new HttpResponseBody("with trailers"u8));
        await send(new HttpResponseTrailers([("x-sum", "42")]));
    }

    internal static async Task EarlyHintsAsync(HttpScope scope, Receive receive, Send send)
    {
        if (scope.Offers(ExtensionNames.EarlyHint))
        {
            await send(new HttpResponseEarlyHint("</style.css>; rel=preload; as=style"));
        }

        await Reply.TextAsync(send, 200, "hinted");
    }
}
