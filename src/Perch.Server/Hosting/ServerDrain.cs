using Perch.Server.Binding;
using Perch.Server.Layers;

namespace Perch.Server.Hosting;

/// <summary>
/// The first part of a stop: nothing is accepted any more, and what comes on the connections that are open is answered, and told to come
/// no more there. A client that has sent a request before it could know is not cut off.
/// </summary>
internal sealed class ServerDrain(DrainableTransport transport, ServerState state)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>No request has come for so long: who is still connected is only keeping a connection.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>HTTP/2 has no word for a request to be the last; Kestrel has one for the connection when it stops.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    internal async Task RunAsync(CancellationToken cancellation)
    {
        // In this order: a client that is told to leave comes again at once, and would be reset in the queue of a socket that is closed then.
        await transport.UnbindAsync();
        state.BeginStop();
        long start = Environment.TickCount64;
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (transport.ConnectionCount > 0 && state.Quiet < Quiet && Environment.TickCount64 - start < Longest.TotalMilliseconds)
            {
                await timer.WaitForNextTickAsync(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The rest of the stop knows what to do with it.
        }
    }
}
