namespace Perch.Testing.Tests;

/// <summary>Apps that tests share.</summary>
internal static class Apps
{
    /// <summary>Long enough never to pass, for what must come.</summary>
    internal static readonly TimeSpan Never = TimeSpan.FromMinutes(1);

    internal static GatewayApp Of(Func<Scope, Receive, Send, Task> app) => new(app);

    internal static GatewayApp Hello => Of(async (_, receive, send) =>
    {
        await receive();
        await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
        await send(new HttpResponseBody("Hello, World!"u8));
    });

    /// <summary>Sends the messages and returns.</summary>
    internal static GatewayApp Answering(params GatewayEvent[] messages) => Of(async (_, _, send) =>
    {
        foreach (GatewayEvent message in messages)
        {
            await send(message);
        }
    });

    internal static TaskCompletionSource<T> Source<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
