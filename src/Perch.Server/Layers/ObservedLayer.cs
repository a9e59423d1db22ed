using Microsoft.Extensions.ObjectPool;

namespace Perch.Server.Layers;

/// <summary>A layer around the app that sees its messages.</summary>
internal static class ObservedLayer
{
    /// <summary>How many runs are kept for the next requests.</summary>
    private const int Retained = 1024;

    /// <summary>Puts it around an app.</summary>
    /// <param name="app">The app.</param>
    /// <param name="create">Makes a run, which gives itself back by the function it gets.</param>
    /// <param name="isWanted">Whether a request is observed at all. Defaults to every one.</param>
    internal static GatewayApp Wrap<TRun>(GatewayApp app, Func<Action<ObservedRun>, TRun> create, Func<RequestScope, bool>? isWanted = null)
        where TRun : ObservedRun
    {
        ObjectPool<TRun>? pool = null;
        Action<ObservedRun> giveBack = run => pool!.Return((TRun)run);
        pool = new DefaultObjectPool<TRun>(new Policy<TRun>(() => create(giveBack)), Retained);
        return (scope, receive, send) => scope is RequestScope request && isWanted?.Invoke(request) != false
            ? pool.Get().RunAsync(app, request, receive, send)
            : app(scope, receive, send);
    }

    private sealed class Policy<TRun>(Func<TRun> create) : PooledObjectPolicy<TRun>
        where TRun : ObservedRun
    {
        public override TRun Create() => create();

        public override bool Return(TRun obj) => true;
    }
}
