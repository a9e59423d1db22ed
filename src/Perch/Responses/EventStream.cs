namespace Perch;

/// <summary>Sends one stream of server-sent events.</summary>
internal sealed class EventStream(
    Send send, HttpScope scope, IAsyncEnumerable<ServerSentEvent> events, TimeSpan heartbeat, TimeProvider time)
{
    private static readonly HttpResponseBody Opening = new(ReadOnlyMemory<byte>.Empty, moreBody: true);
    private static readonly HttpResponseBody SignOfLife = new(ServerSentEvent.Heartbeat.ToBytes().AsMemory(), moreBody: true);

    internal async ValueTask RunAsync(HttpResponseStart start, CancellationToken cancellation)
    {
        await send(start).ConfigureAwait(false);
        if (!ResponseParts.IsBodiless(scope, start.Status))
        {
            await send(Opening).ConfigureAwait(false);
            using var watch = new DisconnectWatch(scope, cancellation);
            try
            {
                await SendAllAsync(watch).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (watch.ClientLeft)
            {
                throw DisconnectWatch.Disconnected(exception);
            }
        }

        await send(HttpResponseBody.Empty).ConfigureAwait(false);
    }

    private async Task SendAllAsync(DisconnectWatch watch)
    {
        IAsyncEnumerator<ServerSentEvent> source = events.GetAsyncEnumerator(watch.Token);
        await using (source.ConfigureAwait(false))
        {
            while (await NextAsync(source, watch).ConfigureAwait(false))
            {
                await send(new HttpResponseBody(source.Current.ToBytes().AsMemory(), moreBody: true)).ConfigureAwait(false);
            }
        }
    }

    private ValueTask<bool> NextAsync(IAsyncEnumerator<ServerSentEvent> source, DisconnectWatch watch)
    {
        ValueTask<bool> next = source.MoveNextAsync();
        return next.IsCompleted || heartbeat == Timeout.InfiniteTimeSpan ? next : AwaitAsync(next.AsTask(), watch);
    }

    private async ValueTask<bool> AwaitAsync(Task<bool> next, DisconnectWatch watch)
    {
        try
        {
            using var timer = new PeriodicTimer(heartbeat, time);
            Task<bool> tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
            while (await Task.WhenAny(next, tick).ConfigureAwait(false) != next)
            {
                await send(SignOfLife).ConfigureAwait(false);
                tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
            }
        }
        catch
        {
            // An enumerator must not be disposed while it moves: it is told to stop, and waited for.
            watch.Cancel();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await next.ConfigureAwait(false);
    }
}
