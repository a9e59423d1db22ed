using Perch.Server.Access;
using Perch.Server.Limits;
using Perch.Server.Observing;
using Perch.Server.Proxies;

namespace Perch.Server.Layers;

/// <summary>The app with what the server does around it, on all hosts alike. What is switched off is not there.</summary>
internal static class ServerApp
{
    internal static GatewayApp Wrap(GatewayApp app, GatewayServerOptions options, ServerState state, ServerInstruments instruments, AccessLogWriter? access)
    {
        // From the innermost outwards.
        app = ObservedLayer.Wrap(app, giveBack => new StreamRun(giveBack, state.Stopping), static request => request is HttpScope);
        if (options.Limits.Concurrency is { } concurrency)
        {
            app = new ConcurrencyLimit(app, concurrency).RunAsync;
        }

        if (options.Limits.MaxRequests is { } requests)
        {
            app = new RequestLimit(app, requests + Random.Shared.NextInt64(options.Limits.MaxRequestsJitter + 1L), state).RunAsync;
        }

        if (options.Http.Headers.Count > 0)
        {
            Header[] headers = [.. options.Http.Headers.Select(HeaderSyntax.Parse)];
            app = ObservedLayer.Wrap(app, giveBack => new HeadersRun(headers, giveBack));
        }

        app = ObservedLayer.Wrap(app, giveBack => new ObservedRequest(instruments, giveBack), _ => instruments.IsWatched);
        if (access is not null)
        {
            app = ObservedLayer.Wrap(app, giveBack => new AccessRun(access, giveBack));
        }

        if (options.Observing.HealthPath is { } health)
        {
            // Outside of the log and the measures, which a probe every second would fill.
            app = new HealthAnswers(app, health, state).RunAsync;
        }

        if (options.Proxy.Headers)
        {
            app = ForwardedHeaders.Wrap(app, new TrustedProxies(options.Proxy.AllowIps));
        }

        return ObservedLayer.Wrap(app, static giveBack => new StopRun(giveBack), request =>
        {
            if (!state.IsStopping)
            {
                return false;
            }

            state.NoteRequest();
            return request is HttpScope http && http.HttpVersion[0] == '1';
        });
    }
}
