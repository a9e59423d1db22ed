using System.Threading.Channels;
using Perch.Testing.Communicator;

namespace Perch.Testing;

/// <summary>
/// Runs an app over one scope, a message at a time: what asgiref's <c>ApplicationCommunicator</c> is to Python. The order of messages
/// is kept as by every host: what is out of order throws in the app.
/// </summary>
/// <remarks>
/// The app gets events and a scope of its own. The scope is stale when the app has ended, and the memory of an event when the next one
/// is received: an app that keeps either is found out.
/// </remarks>
public sealed class AppCommunicator : IAsyncDisposable
{
    // As asgiref's receive_nothing: long enough for an app that has something to say.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);

    private readonly CommunicatorConnection _connection;

    private AppCommunicator(CommunicatorConnection connection) => _connection = connection;

    /// <summary>Calls the app, on the thread pool.</summary>
    /// <param name="app">The app.</param>
    /// <param name="scope">
    /// The values of the scope: <c>new HttpScope { Method = "POST", Path = "/a" }</c>. Its state is copied, as for a request; that of a
    /// <see cref="LifespanScope"/> is handed on as it is, to be filled.
    /// </param>
    /// <param name="options">The time-outs, and the extensions to offer. Defaults to those of <see cref="GatewayTestOptions"/>.</param>
    /// <exception cref="ArgumentException">The options name an extension that does not exist.</exception>
    public static AppCommunicator Start(GatewayApp app, Scope scope, GatewayTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(scope);
        var connection = new CommunicatorConnection(app, scope, options ?? new GatewayTestOptions());
        connection.Start();
        return new AppCommunicator(connection);
    }

    /// <summary>Queues an event for the app's <c>receive</c>.</summary>
    /// <param name="message">
    /// The event; its bytes are copied. After <c>http.disconnect</c>, <c>websocket.disconnect</c> or <c>tcp.disconnect</c> the client has left,
    /// as after <see cref="DisconnectAsync"/>.
    /// </param>
    /// <exception cref="ArgumentException">It is not an event that an app receives in this kind of scope.</exception>
    public Task SendToAppAsync(GatewayEvent message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _connection.Give(message);
        return Task.CompletedTask;
    }

    /// <summary>The next message that the app sends.</summary>
    /// <param name="timeout">How long to wait for it. Defaults to <see cref="GatewayTestOptions.Timeout"/>.</param>
    /// <exception cref="TimeoutException">The app sent nothing in time.</exception>
    /// <exception cref="InvalidOperationException">The app has returned, and sent nothing more. If it threw, its exception comes out instead.</exception>
    public async Task<GatewayEvent> ReceiveFromAppAsync(TimeSpan? timeout = null)
    {
        if (_connection.Output.TryRead(out GatewayEvent? message))
        {
            return message;
        }

        // Only this method takes from the output, so that what is announced is there.
        Task<bool> next = _connection.Output.WaitToReadAsync().AsTask();
        await _connection.WaitAsync(next, "the app's next message", timeout).ConfigureAwait(false);
        return await next.ConfigureAwait(false) && _connection.Output.TryRead(out message)
            ? message
            : throw new InvalidOperationException("The app has returned; it sends nothing more.");
    }

    /// <summary>The next message that the app sends, which is of a certain kind.</summary>
    /// <typeparam name="TEvent">The kind of message.</typeparam>
    /// <param name="timeout">How long to wait for it. Defaults to <see cref="GatewayTestOptions.Timeout"/>.</param>
    /// <exception cref="TimeoutException">The app sent nothing in time.</exception>
    /// <exception cref="InvalidOperationException">The message is another one, or there is none. If the app threw, its exception comes out instead.</exception>
    public async Task<TEvent> ReceiveFromAppAsync<TEvent>(TimeSpan? timeout = null)
        where TEvent : GatewayEvent
    {
        GatewayEvent message = await ReceiveFromAppAsync(timeout).ConfigureAwait(false);
        return message as TEvent ?? throw new InvalidOperationException($"The app sent {message.Type} where {typeof(TEvent).Name} was awaited.");
    }

    /// <summary>Whether the app sends nothing for a while. What it sends stays there to be received.</summary>
    /// <param name="timeout">How long to listen. Defaults to 100 ms, as asgiref's <c>receive_nothing</c>.</param>
    /// <returns>True if nothing came, at once if the app has returned. If it threw, its exception comes out.</returns>
    public async Task<bool> ReceiveNothingAsync(TimeSpan? timeout = null)
    {
        using var enough = new CancellationTokenSource(timeout ?? Silence, _connection.Clock);
        try
        {
            return !await _connection.Output.WaitToReadAsync(enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>
    /// The client leaves: the app receives the disconnect of its kind of scope (of a WebSocket with code 1006) after the events that
    /// wait, its <c>send</c> throws <see cref="ClientDisconnectedException"/>, and <see cref="Scope.Disconnected"/> is cancelled.
    /// </summary>
    /// <exception cref="InvalidOperationException">The scope is a lifespan, which has no client.</exception>
    public Task DisconnectAsync()
    {
        _connection.Disconnect();
        return Task.CompletedTask;
    }

    /// <summary>Waits until the app has ended. What it threw comes out.</summary>
    /// <param name="timeout">How long to wait. Defaults to <see cref="GatewayTestOptions.Timeout"/>.</param>
    /// <exception cref="TimeoutException">The app is still running.</exception>
    public Task WaitForEndAsync(TimeSpan? timeout = null) => _connection.WaitAsync(_connection.Completion, "the app's end", timeout);

    /// <summary>Disconnects, and gives the app the time-out to end. What it throws now is of no more interest.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection.TryDisconnect())
        {
            await _connection.EndQuietlyAsync().ConfigureAwait(false);
        }
    }
}
