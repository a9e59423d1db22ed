using Perch;

namespace Conformance.App;

/// <summary>Startup leaves a mark in the state, which <c>/state</c> shows.</summary>
internal static class Lifespan
{
    internal static async Task RunAsync(LifespanScope scope, Receive receive, Send send)
    {
        while (true)
        {
            switch (await receive())
            {
                case LifespanStartup:
                    scope.State["started"] = true;
                    await send(LifespanStartupComplete.Instance);
                    break;
                case LifespanShutdown:
                    await send(LifespanShutdownComplete.Instance);
                    return;
            }
        }
    }
}
