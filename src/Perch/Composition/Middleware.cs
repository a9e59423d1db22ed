namespace Perch;

/// <summary>
/// Puts functions around an app. A middleware is a function from an app to an app: it may look at the scope, hand on a changed copy, wrap
/// <c>receive</c> and <c>send</c>, or answer itself.
/// </summary>
/// <example>
/// One that adds a header to every response:
/// <code>
/// static GatewayApp Powered(GatewayApp next) => (scope, receive, send) =>
/// {
///     if (scope is not HttpScope) return next(scope, receive, send);   // lifespan and WebSocket pass through
///     return next(scope, receive, message => send(message switch
///     {
///         HttpResponseStart start => new HttpResponseStart(start.Status, [.. start.Headers, ("x-powered-by", "Perch")], start.Trailers),
///         _ => message,
///     }));
/// };
/// </code>
/// A middleware that changes <see cref="HttpResponseStart"/> meets <see cref="HttpFullResponse"/> too, where the scope offers it; and one
/// that does not know a kind of scope hands it on, the lifespan above all.
/// </example>
public static class Middleware
{
    /// <summary>Puts middleware around an app. The first is outermost: it sees a request first and a response last.</summary>
    /// <param name="app">The app.</param>
    /// <param name="middleware">The middleware, from the outermost to the innermost. Each is called once, now.</param>
    /// <returns>The app with its middleware; the app itself if there is none.</returns>
    /// <exception cref="ArgumentException">A middleware is null.</exception>
    /// <exception cref="InvalidOperationException">A middleware returned null.</exception>
    public static GatewayApp With(this GatewayApp app, params ReadOnlySpan<Func<GatewayApp, GatewayApp>> middleware)
    {
        ArgumentNullException.ThrowIfNull(app);
        for (int i = middleware.Length - 1; i >= 0; i--)
        {
            Func<GatewayApp, GatewayApp> layer = middleware[i] ?? throw new ArgumentException($"The middleware at place {i} is null.", nameof(middleware));
            app = layer(app) ?? throw new InvalidOperationException($"The middleware at place {i} returned no app.");
        }

        return app;
    }
}
