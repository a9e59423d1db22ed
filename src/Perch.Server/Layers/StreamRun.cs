namespace Perch.Server.Layers;

/// <summary>
/// Tells an app that streams, and waits in <c>receive</c> for its client to leave, that it is over: the server stops, and would wait for
/// it for ever.
/// </summary>
internal sealed class StreamRun(Action<ObservedRun> giveBack, CancellationToken stopping) : ObservedRun(giveBack, seesReceive: true)
{
    private bool _isBodyRead;
    private int _run;

    private protected override void Begin()
    {
        _isBodyRead = false;
        _run++;
    }

    private protected override ValueTask<GatewayEvent> OnReceive(Receive receive)
    {
        ValueTask<GatewayEvent> next = receive();
        if (!next.IsCompletedSuccessfully)
        {
            return _isBodyRead ? WaitForEndAsync(next) : WaitForBodyAsync(next, _run);
        }

        GatewayEvent message = next.Result;
        _isBodyRead |= IsEndOfBody(message);
        return new(message);
    }

    private static bool IsEndOfBody(GatewayEvent message) => message is HttpRequestBody { MoreBody: false };

    private async ValueTask<GatewayEvent> WaitForBodyAsync(ValueTask<GatewayEvent> next, int run)
    {
        GatewayEvent message = await next;

        // An app that did not wait for this one has ended, and the object may be another request's by now.
        if (run == _run && IsEndOfBody(message))
        {
            _isBodyRead = true;
        }

        return message;
    }

    private async ValueTask<GatewayEvent> WaitForEndAsync(ValueTask<GatewayEvent> next)
    {
        Task<GatewayEvent> message = next.AsTask();
        try
        {
            return await message.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !message.IsCompleted)
        {
            return HttpDisconnect.Instance;
        }
    }
}
