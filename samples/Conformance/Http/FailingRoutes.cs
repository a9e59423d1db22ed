using Perch;

namespace Conformance.Http;

/// <summary>An app's bugs: what a client sees of them is the host's to decide.</summary>
internal static class FailingRoutes
{
    internal static Task RaiseAsync(HttpScope scope, Receive receive, Send send) =>
        throw new InvalidOperationException("/raise: a detail that no client may see");

    internal static async Task RaiseLateAsync(HttpScope scope, Receive receive, Send send)
    {
        await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
        await send(new HttpResponseBody("partial"u8, moreBody: true));
        throw new InvalidOperationException("/raise-late: a detail that no client may see");
    }

    internal static async Task BadHeaderAsync(HttpScope scope, Receive receive, Send send)
    {
        await send(new HttpResponseStart(200, [("x-before", "before"), ("x-bad", "bad\r\nx-injected: yes")]));
        await send(new HttpResponseBody("bad"u8));
    }

    internal static async Task ContentLengthShortAsync(HttpScope scope, Receive receive, Send send)
    {
        await send(new HttpResponseStart(200, [Reply.ContentLength(10)]));
        await send(new HttpResponseBody("short"u8));
    }

    internal static async Task ContentLengthLongAsync(HttpScope scope, Receive receive, Send send)
    {
        await send(new HttpResponseStart(200, [Reply.ContentLength(5)]));
        await send(new HttpResponseBody("much, long"u8));
    }
}
