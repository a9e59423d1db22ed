using System.Collections.Concurrent;
using Perch.Testing.Http;

namespace Perch.Testing;

/// <summary>
/// Sends the requests of an <see cref="HttpClient"/> to an app, with no socket: <c>new HttpClient(new GatewayMessageHandler(app))</c>.
/// Bodies stream both ways, and whoever is faster waits.
/// </summary>
/// <remarks>
/// The response is there with the app's first body event. An app that fails later, or returns early, fails the body with an
/// <see cref="HttpIOException"/>. A client that cancels, disposes the response before its end or waits too long has left: the app
/// receives <c>http.disconnect</c>. Redirects are not followed and cookies are not kept: these are the app's to test.
/// </remarks>
public sealed class GatewayMessageHandler : HttpMessageHandler
{
    private readonly ConcurrentDictionary<HttpExchange, bool> _running = new();
    private readonly GatewayApp _app;
    private readonly GatewayTestOptions _options;

    /// <summary>Creates a handler.</summary>
    /// <param name="app">The app. Its lifespan is not run: see <see cref="GatewayTestClient"/>.</param>
    /// <param name="options">Defaults to those of <see cref="GatewayTestOptions"/>.</param>
    public GatewayMessageHandler(GatewayApp app, GatewayTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        _app = app;
        _options = options ?? new GatewayTestOptions();
    }

    /// <summary>How many calls of the app have not ended.</summary>
    internal int RunningCount => _running.Count;

    /// <summary>Gives the app the time-out to end what runs, after everyone has left.</summary>
    internal Task EndAsync()
    {
        Task[] ends = [.. _running.Keys.Select(exchange => exchange.EndQuietlyAsync())];
        return Task.WhenAll(ends);
    }

    /// <summary>Sends a request to the app.</summary>
    /// <param name="request">The request; its URI is absolute.</param>
    /// <param name="cancellationToken">Cancelled: the client leaves.</param>
    /// <returns>The response, its body not read.</returns>
    /// <exception cref="TimeoutException">The app did not respond within <see cref="GatewayTestOptions.Timeout"/>.</exception>
    /// <exception cref="ArgumentException">The path is not below <see cref="GatewayTestOptions.RootPath"/>.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var exchange = new HttpExchange(_app, request, _options, ended => _running.TryRemove(ended, out _));
        _running[exchange] = true;
        exchange.Start();
        return await exchange.GetResponseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request to the app, and blocks until it responds: the synchronous form of <see cref="SendAsync"/>.</summary>
    /// <param name="request">The request; its URI is absolute.</param>
    /// <param name="cancellationToken">Cancelled: the client leaves.</param>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <summary>Every client leaves.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (HttpExchange exchange in _running.Keys)
            {
                exchange.Disconnect();
            }
        }

        base.Dispose(disposing);
    }
}
