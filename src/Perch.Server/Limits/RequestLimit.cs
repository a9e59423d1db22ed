using Perch.Server.Layers;

namespace Perch.Server.Limits;

/// <summary>After so many requests the server asks for its stop: what an app leaks does not pile up.</summary>
internal sealed class RequestLimit(GatewayApp app, long limit, ServerState state)
{
    private long _count;

    internal Task RunAsync(Scope scope, Receive receive, Send send)
    {
        if (scope is RequestScope && Interlocked.Increment(ref _count) == limit)
        {
            state.RequestStop();
        }

        return app(scope, receive, send);
    }
}
