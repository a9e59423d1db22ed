using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Disconnects;

/// <summary>An app that reads its body, waits for the client to leave, and tells what it saw of that.</summary>
internal sealed class Witness
{
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _tokenCancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Called => _called.Task;

    internal List<GatewayEvent> Events { get; } = [];

    internal async Task RunAsync(HttpScope scope, Receive receive, Send send)
    {
        // Not disposed when the app ends: the callback runs on a thread of its own.
        CancellationToken disconnected = scope.Disconnected;
        disconnected.Register(_tokenCancelled.SetResult);
        _called.TrySetResult();
        try
        {
            do
            {
                Events.Add(await receive());
            }
            while (Events[^1] is not HttpDisconnect);
            Events.Add(await receive());
            await send(Apps.Ok);
            await send(new HttpResponseBody("nobody reads this"u8));
            _end.TrySetResult(new InvalidOperationException("send() did not tell that the client had left."));
        }
        catch (Exception exception)
        {
            Assert.True(disconnected.IsCancellationRequested, "The token is behind what send() tells.");
            _end.TrySetResult(exception);
            throw;
        }
    }

    /// <summary>The event twice, then an exception out of send, and the token.</summary>
    internal async Task AssertSawDisconnectAsync()
    {
        // The list is the app's until it has ended: what it holds by now is not read for the message.
        Assert.IsType<ClientDisconnectedException>(await _end.Task.For("the app's end"));
        Assert.IsType<HttpDisconnect>(Events[^1]);
        Assert.IsType<HttpDisconnect>(Events[^2]);
        await _tokenCancelled.Task.For("scope.Disconnected");
    }
}
