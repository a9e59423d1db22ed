namespace Perch.Testing.Hosting;

/// <summary>The events that wait for an app's <c>receive</c>. There is one reader.</summary>
internal sealed class Inbox
{
    private readonly Lock _lock = new();
    private readonly Queue<GatewayEvent> _events = new();
    private TaskCompletionSource<GatewayEvent>? _waiting;
    private GatewayEvent? _last;

    /// <summary>Adds an event; after the last one it is dropped.</summary>
    internal void Add(GatewayEvent message)
    {
        lock (_lock)
        {
            if (_last is null)
            {
                Give(message);
            }
        }
    }

    /// <summary>Sets the event that comes after those that wait, and then again and again. The first that is set stays.</summary>
    /// <param name="last">The event.</param>
    /// <param name="dropWaiting">Whether what waits is of no more interest.</param>
    internal void End(GatewayEvent last, bool dropWaiting)
    {
        lock (_lock)
        {
            if (dropWaiting)
            {
                _events.Clear();
            }

            if (_last is null)
            {
                _last = last;
                _waiting?.TrySetResult(last);
                _waiting = null;
            }
        }
    }

    internal ValueTask<GatewayEvent> TakeAsync()
    {
        lock (_lock)
        {
            if (_events.TryDequeue(out GatewayEvent? next))
            {
                return new(next);
            }

            if (_last is not null)
            {
                return new(_last);
            }

            _waiting = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_waiting.Task);
        }
    }

    private void Give(GatewayEvent message)
    {
        if (_waiting is { } waiting)
        {
            _waiting = null;
            waiting.SetResult(message);
        }
        else
        {
            _events.Enqueue(message);
        }
    }
}
