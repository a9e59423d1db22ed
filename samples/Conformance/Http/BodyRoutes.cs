using Conformance.App;
using Perch;

namespace Conformance.Http;

/// <summary>The routes about bodies: whole, streamed, echoed, not read, late.</summary>
internal static class BodyRoutes
{
    private static readonly HttpResponseStart HelloStart = new(200, [("content-type", "text/plain"), Reply.ContentLength(13)]);
    private static readonly HttpResponseBody HelloBody = new("Hello, World!"u8);

    internal static async Task HelloAsync(HttpScope scope, Receive receive, Send send)
    {
        await send(HelloStart);
        await send(HelloBody);
    }

    internal static async Task EchoAsync(HttpScope scope, Receive receive, Send send)
    {
        HeaderList headers = scope.Headers.GetValue("content-type") is { } type ? [("content-type", type)] : [];
        bool started = false;
        while (await receive() is HttpRequestBody part)
        {
            // After the first part: a body that cannot be read (413, say) is still to be answered with its own status.
            if (!started)
            {
                await send(new HttpResponseStart(200, headers));
                started = true;
            }

            await send(new HttpResponseBody(part.Body, part.MoreBody));
            if (!part.MoreBody)
            {
                return;
            }
        }
    }

    internal static async Task StreamAsync(HttpScope scope, Receive receive, Send send)
    {
        var query = new Query(scope.QueryString);
        byte[] bytes = new byte[query.Number("size", otherwise: 1)];
        bytes.AsSpan().Fill((byte)'x');
        var chunk = new HttpResponseBody(bytes, moreBody: true);
        await send(new HttpResponseStart(200, [("content-type", "application/octet-stream")]));
        for (int i = query.Number("n", otherwise: 1); i > 0; i--)
        {
            await send(chunk);
        }

        await send(HttpResponseBody.Empty);
    }

    internal static Task NobodyReadAsync(HttpScope scope, Receive receive, Send send) => Reply.TextAsync(send, 200, "not read");

    internal static async Task SlowAsync(HttpScope scope, Receive receive, Send send)
    {
        await Task.Delay(new Query(scope.QueryString).Number("ms", otherwise: 0));
        await Reply.TextAsync(send, 200, "slow");
    }
}
