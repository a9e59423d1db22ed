using Perch.Testing.WebSockets;

namespace Perch.Testing;

/// <summary>Opens WebSockets to an app, with no socket.</summary>
public sealed class TestWebSocketClient
{
    private readonly GatewayApp _app;
    private readonly GatewayTestOptions _options;

    /// <summary>Creates a client.</summary>
    /// <param name="app">The app. Its lifespan is not run: see <see cref="GatewayTestClient"/>.</param>
    /// <param name="options">Defaults to those of <see cref="GatewayTestOptions"/>.</param>
    public TestWebSocketClient(GatewayApp app, GatewayTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        _app = app;
        _options = options ?? new GatewayTestOptions();
    }

    /// <summary>Opens a WebSocket.</summary>
    /// <param name="path">
    /// The path and query string, <c>"/chat?room=7"</c>, or a whole <c>ws</c> or <c>wss</c> URI. The host defaults to <c>testserver</c>.
    /// </param>
    /// <param name="subprotocols">What the client offers, in its order of preference (RFC 6455 §11.3.4). Defaults to none.</param>
    /// <param name="headers">Headers of the handshake beside its own. Defaults to none.</param>
    /// <param name="cancellation">Cancelled: the client leaves.</param>
    /// <returns>The open WebSocket.</returns>
    /// <exception cref="WebSocketDeniedException">The app did not accept.</exception>
    /// <exception cref="TimeoutException">The app did not answer within <see cref="GatewayTestOptions.Timeout"/>.</exception>
    /// <exception cref="ArgumentException">The URI is not one of a WebSocket, or its path not below <see cref="GatewayTestOptions.RootPath"/>.</exception>
    public async Task<TestWebSocket> ConnectAsync(
        string path, IEnumerable<string>? subprotocols = null, HeaderList? headers = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        WebSocketScope scope = WebSocketScopes.Of(path, [.. subprotocols ?? []], headers ?? HeaderList.Empty, _options);
        var connection = new WebSocketConnection(_app, scope, _options);
        connection.Start();
        WebSocketAccept accept = await connection.GetAcceptAsync(cancellation).ConfigureAwait(false);
        return new TestWebSocket(connection, accept);
    }
}
