using System.Collections.Concurrent;

namespace Perch.Testing;

/// <summary>
/// An <see cref="HttpClient"/> for an app with no socket, at <c>http://testserver</c>, and the app's lifespan with it:
/// <c>await using var client = await GatewayTestClient.StartAsync(app)</c>.
/// </summary>
public sealed class GatewayTestClient : HttpClient, IAsyncDisposable
{
    private readonly GatewayMessageHandler _handler;
    private readonly TestWebSocketClient _webSockets;
    private readonly ConcurrentBag<TestWebSocket> _opened = [];

    private GatewayTestClient(GatewayMessageHandler handler, TestWebSocketClient webSockets, LifespanManager? lifespan) : base(handler)
    {
        _handler = handler;
        _webSockets = webSockets;
        Lifespan = lifespan;
        BaseAddress = new Uri("http://testserver");

        // The driver has a time-out of its own, which can say what it waited for.
        Timeout = System.Threading.Timeout.InfiniteTimeSpan;
    }

    /// <summary>The app's lifespan; null if it is not run.</summary>
    public LifespanManager? Lifespan { get; }

    /// <summary>Starts an app.</summary>
    /// <param name="app">The app.</param>
    /// <param name="options">
    /// Defaults to those of <see cref="GatewayTestOptions"/>. The state that the lifespan leaves becomes their <see cref="GatewayTestOptions.State"/>,
    /// if they have none of their own.
    /// </param>
    /// <param name="lifespan">Whether the app's lifespan is run. Defaults to <see cref="LifespanMode.Auto"/>, as in every host.</param>
    /// <exception cref="LifespanFailedException">The app failed to start.</exception>
    /// <exception cref="TimeoutException">The app did not start in time.</exception>
    public static async Task<GatewayTestClient> StartAsync(
        GatewayApp app, GatewayTestOptions? options = null, LifespanMode lifespan = LifespanMode.Auto)
    {
        ArgumentNullException.ThrowIfNull(app);
        options ??= new GatewayTestOptions();
        LifespanManager? manager = null;
        if (lifespan != LifespanMode.Off)
        {
            manager = await LifespanManager.StartAsync(app, options, lifespan).ConfigureAwait(false);
            options = options.WithState(manager.State);
        }

        return Create(app, options, manager);
    }

    /// <summary>Opens a WebSocket to the app, see <see cref="TestWebSocketClient.ConnectAsync"/>.</summary>
    /// <param name="path">The path and query string, or a whole <c>ws</c> or <c>wss</c> URI.</param>
    /// <param name="subprotocols">What the client offers. Defaults to none.</param>
    /// <param name="headers">Headers of the handshake beside its own. Defaults to none.</param>
    /// <param name="cancellation">Cancelled: the client leaves.</param>
    /// <exception cref="WebSocketDeniedException">The app did not accept.</exception>
    /// <exception cref="TimeoutException">The app did not answer in time.</exception>
    public async Task<TestWebSocket> ConnectWebSocketAsync(
        string path, IEnumerable<string>? subprotocols = null, HeaderList? headers = null, CancellationToken cancellation = default)
    {
        TestWebSocket socket = await _webSockets.ConnectAsync(path, subprotocols, headers, cancellation).ConfigureAwait(false);
        _opened.Add(socket);
        return socket;
    }

    /// <summary>
    /// Every client leaves, WebSockets too; the app has the time-out to end what it does for them; then its lifespan is stopped.
    /// </summary>
    /// <exception cref="LifespanFailedException">The app failed to stop.</exception>
    /// <exception cref="TimeoutException">The app did not stop in time.</exception>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await Task.WhenAll(_opened.Select(socket => socket.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _handler.EndAsync().ConfigureAwait(false);
        if (Lifespan is not null)
        {
            await Lifespan.StopAsync().ConfigureAwait(false);
        }
    }

    internal static GatewayTestClient Create(GatewayApp app, GatewayTestOptions options, LifespanManager? lifespan) =>
        new(new GatewayMessageHandler(app, options), new TestWebSocketClient(app, options), lifespan);
}
