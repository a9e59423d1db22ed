namespace Perch.Server.Limits;

/// <summary>No more requests and WebSockets at a time than so many; beyond: 503 at once.</summary>
internal sealed class ConcurrencyLimit(GatewayApp app, int limit)
{
    private static readonly HttpFullResponse Busy =
        new(503, [("content-type", "text/plain; charset=utf-8"), ("retry-after", "1")], "Service Unavailable"u8.ToArray());

    private int _running;

    internal Task RunAsync(Scope scope, Receive receive, Send send)
    {
        if (scope is not RequestScope request)
        {
            return app(scope, receive, send);
        }

        if (Interlocked.Increment(ref _running) > limit)
        {
            Interlocked.Decrement(ref _running);
            return RefuseAsync(request, receive, send);
        }

        Task run;
        try
        {
            run = app(scope, receive, send);
        }
        catch
        {
            Interlocked.Decrement(ref _running);
            throw;
        }

        if (!run.IsCompleted)
        {
            return AwaitAsync(run);
        }

        Interlocked.Decrement(ref _running);
        return run;
    }

    private async Task AwaitAsync(Task run)
    {
        try
        {
            await run;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static async Task RefuseAsync(RequestScope scope, Receive receive, Send send)
    {
        if (scope is HttpScope)
        {
            await send(Busy);
            return;
        }

        await receive();
        if (scope.Offers(ExtensionNames.DenialResponse))
        {
            await send(new WebSocketHttpResponseStart(Busy.Status, Busy.Headers));
            await send(new WebSocketHttpResponseBody(Busy.Body));
            return;
        }

        await send(new WebSocketClose());
    }
}
