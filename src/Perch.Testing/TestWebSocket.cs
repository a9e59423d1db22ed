using System.Text;
using Perch.Testing.WebSockets;

namespace Perch.Testing;

/// <summary>The client's end of a WebSocket that an app has accepted. To dispose it without a close is to be lost (1006).</summary>
public sealed class TestWebSocket : IAsyncDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly WebSocketConnection _connection;
    private WebSocketClosedException? _closed;

    internal TestWebSocket(WebSocketConnection connection, WebSocketAccept accept)
    {
        _connection = connection;
        Subprotocol = accept.Subprotocol;
        Headers = accept.Headers;
    }

    /// <summary>The subprotocol that the app chose, or null.</summary>
    public string? Subprotocol { get; }

    /// <summary>The headers that the app added to the response of the handshake.</summary>
    public HeaderList Headers { get; }

    /// <summary>The app's task. It fails with what the app threw.</summary>
    public Task Completion => _connection.Completion;

    /// <summary>Sends a text message. It is queued: the app need not receive.</summary>
    /// <exception cref="ArgumentException">The text holds half a surrogate pair and so has no UTF-8 form (RFC 6455 §5.6).</exception>
    /// <exception cref="InvalidOperationException">This client has closed.</exception>
    public Task SendTextAsync(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _connection.Give(new WebSocketReceive(StrictUtf8.GetBytes(text), isText: true));
        return Task.CompletedTask;
    }

    /// <summary>Sends a binary message, a copy of the bytes. It is queued: the app need not receive.</summary>
    /// <exception cref="InvalidOperationException">This client has closed.</exception>
    public Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        _connection.Give(new WebSocketReceive(bytes.ToArray(), isText: false));
        return Task.CompletedTask;
    }

    /// <summary>The next message of the app, which is text.</summary>
    /// <param name="timeout">How long to wait for it. Defaults to <see cref="GatewayTestOptions.Timeout"/>.</param>
    /// <exception cref="TimeoutException">The app sent nothing in time.</exception>
    /// <exception cref="WebSocketClosedException">The app closed instead.</exception>
    /// <exception cref="InvalidOperationException">The message is binary.</exception>
    public async Task<string> ReceiveTextAsync(TimeSpan? timeout = null)
    {
        WebSocketSend message = await ReceiveAsync("a text message of the app", timeout).ConfigureAwait(false);
        return message.Text ?? throw new InvalidOperationException("The app sent a binary message where text was awaited.");
    }

    /// <summary>The next message of the app, which is binary.</summary>
    /// <param name="timeout">How long to wait for it. Defaults to <see cref="GatewayTestOptions.Timeout"/>.</param>
    /// <exception cref="TimeoutException">The app sent nothing in time.</exception>
    /// <exception cref="WebSocketClosedException">The app closed instead.</exception>
    /// <exception cref="InvalidOperationException">The message is text.</exception>
    public async Task<ReadOnlyMemory<byte>> ReceiveBytesAsync(TimeSpan? timeout = null)
    {
        WebSocketSend message = await ReceiveAsync("a binary message of the app", timeout).ConfigureAwait(false);
        return message.Bytes ?? throw new InvalidOperationException("The app sent text where a binary message was awaited.");
    }

    /// <summary>Awaits that the app closes, by <c>websocket.close</c> or by its end: 1000 if it returned, 1011 if it threw.</summary>
    /// <param name="timeout">How long to wait for it. Defaults to <see cref="GatewayTestOptions.Timeout"/>.</param>
    /// <returns>The close code, the reason, and what the app threw.</returns>
    /// <exception cref="TimeoutException">The app did not close in time.</exception>
    /// <exception cref="InvalidOperationException">The app sent a message instead.</exception>
    public async Task<WebSocketClosedException> ReceiveCloseAsync(TimeSpan? timeout = null)
    {
        GatewayEvent message = await NextAsync("the app's close", timeout).ConfigureAwait(false);
        return message is WebSocketClose
            ? _closed!
            : throw new InvalidOperationException("The app sent a message where its close was awaited.");
    }

    /// <summary>
    /// Closes: the app receives <c>websocket.disconnect</c> after the messages that wait, and its <c>send</c> throws
    /// <see cref="ClientDisconnectedException"/>. After the app's close it does nothing.
    /// </summary>
    /// <param name="code">
    /// 1000 to 1003, 1007 to 1014 or 3000 to 4999 (RFC 6455 §7.4); null for a close without a code, which the app sees as 1005. Defaults to 1000.
    /// </param>
    /// <param name="reason">At most 123 bytes of UTF-8 (RFC 6455 §5.5). Defaults to none.</param>
    /// <exception cref="ArgumentException">The code or the reason cannot be sent.</exception>
    public Task CloseAsync(int? code = 1000, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (code is not (null or (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "The code cannot be sent (RFC 6455 §7.4).");
        }

        if (StrictUtf8.GetByteCount(reason) > 123 || (code is null && reason.Length > 0))
        {
            throw new ArgumentException("A reason has at most 123 bytes of UTF-8 and needs a code (RFC 6455 §5.5).", nameof(reason));
        }

        _connection.Leave(new WebSocketDisconnect(code ?? 1005, reason));
        return Task.CompletedTask;
    }

    /// <summary>The connection is lost, without a close: the app receives <c>websocket.disconnect</c> with 1006.</summary>
    public void Disconnect() => _connection.Leave(new WebSocketDisconnect(1006));

    /// <summary>Waits until the app has ended. What it threw comes out.</summary>
    /// <param name="timeout">How long to wait. Defaults to <see cref="GatewayTestOptions.Timeout"/>.</param>
    /// <exception cref="TimeoutException">The app is still running.</exception>
    public Task WaitForEndAsync(TimeSpan? timeout = null) => _connection.WaitAsync(_connection.Completion, "the app's end", timeout);

    /// <summary>Leaves, and gives the app the time-out to end. What it throws now is of no more interest.</summary>
    public async ValueTask DisposeAsync()
    {
        Disconnect();
        await _connection.EndQuietlyAsync().ConfigureAwait(false);
    }

    private async Task<WebSocketSend> ReceiveAsync(string awaited, TimeSpan? timeout) =>
        await NextAsync(awaited, timeout).ConfigureAwait(false) as WebSocketSend ?? throw _closed!;

    private async Task<GatewayEvent> NextAsync(string awaited, TimeSpan? timeout)
    {
        if (_closed is not null)
        {
            throw _closed;
        }

        // Announced first, taken then: a message that comes after the time-out is not lost.
        GatewayEvent? message;
        while (!_connection.Output.TryRead(out message))
        {
            Task<bool> next = _connection.Output.WaitToReadAsync().AsTask();
            await _connection.WaitAsync(next, awaited, timeout).ConfigureAwait(false);
            if (!await next.ConfigureAwait(false))
            {
                throw new InvalidOperationException("The WebSocket has been closed by this client.");
            }
        }

        if (message is WebSocketClose close)
        {
            _closed = new WebSocketClosedException(close.Code, close.Reason, _connection.Failure);
        }

        return message;
    }
}
