using System.Buffers;
using System.Threading.Channels;
using Perch.Messages;
using Perch.Testing.Hosting;

namespace Perch.Testing.WebSockets;

/// <summary>An app whose other end is a <see cref="TestWebSocket"/>.</summary>
internal sealed class WebSocketConnection : AppConnection
{
    private readonly Inbox _inbox = new();
    private readonly WebSocketMessageOrder _order;
    private readonly TaskCompletionSource<WebSocketAccept> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<GatewayEvent> _output;
    private readonly ArrayBufferWriter<byte> _denial = new();
    private bool _hasClosed;

    internal WebSocketConnection(GatewayApp app, WebSocketScope values, GatewayTestOptions options) : base(app, values, options)
    {
        _order = new WebSocketMessageOrder(Offered, values.Subprotocols);
        _output = Channel.CreateBounded<GatewayEvent>(options.MaxQueuedMessages);
        _inbox.Add(WebSocketConnect.Instance);
        Observe(_accepted.Task);
    }

    /// <summary>The app's messages and its close, in order; a close is the last.</summary>
    internal ChannelReader<GatewayEvent> Output => _output.Reader;

    /// <summary>What the app threw, if it did.</summary>
    internal Exception? Failure { get; private set; }

    protected override string StateName => _order.StateName;

    /// <summary>The app's answer to the handshake.</summary>
    internal async Task<WebSocketAccept> GetAcceptAsync(CancellationToken cancellation)
    {
        try
        {
            await WaitAsync(_accepted.Task, "the app's answer to the handshake", cancellation: cancellation).ConfigureAwait(false);
            return await _accepted.Task.ConfigureAwait(false);
        }
        catch
        {
            Leave(new WebSocketDisconnect(1006));
            throw;
        }
    }

    /// <summary>Hands a message of the client to the app.</summary>
    /// <exception cref="InvalidOperationException">The client has closed.</exception>
    internal void Give(WebSocketReceive message)
    {
        lock (Gate)
        {
            if (_hasClosed)
            {
                throw new InvalidOperationException("The WebSocket has been closed by this client.");
            }
        }

        _inbox.Add(message);
    }

    /// <summary>The client leaves; the app receives this after what waits.</summary>
    internal void Leave(WebSocketDisconnect last)
    {
        lock (Gate)
        {
            MarkLeft();
            _hasClosed = true;
        }

        _inbox.End(last, dropWaiting: false);
        CancelLeft();
        _output.Writer.TryComplete();
    }

    protected override ValueTask<GatewayEvent> NextEventAsync() => _inbox.TakeAsync();

    protected override ValueTask TakeAsync(GatewayEvent message)
    {
        bool wasOpen;
        lock (Gate)
        {
            if (HasClientLeft && !_order.IsClosed)
            {
                throw new ClientDisconnectedException();
            }

            wasOpen = _order.IsOpen;
            _order.Accept(message);
        }

        Log.FromApp(message);
        switch (message)
        {
            case WebSocketAccept accept:
                _accepted.TrySetResult(accept);
                return default;
            case WebSocketSend send:
                // The memory is the app's again when this has ended.
                return PutAsync(send.IsText ? WebSocketSend.Utf8(send.Data.ToArray()) : new WebSocketSend(send.Data.ToArray()));
            case WebSocketClose close when wasOpen:
                _inbox.End(new WebSocketDisconnect(close.Code, close.Reason), dropWaiting: true);
                return PutAsync(close);
            case WebSocketClose:
                Deny(403, HeaderList.Empty);
                return default;
            case WebSocketHttpResponseBody body:
                if (!_order.DenialHead!.StatusForbidsBody)
                {
                    _denial.Write(body.Body.Span);
                }

                if (_order.IsClosed)
                {
                    Deny(_order.DenialHead.Status, _order.DenialHead.Headers);
                }

                return default;
            default:
                return default;
        }
    }

    protected override void OnAppEnded(Exception? failure)
    {
        bool left;
        bool denying;
        lock (Gate)
        {
            left = HasClientLeft;
            MarkLeft();
            denying = _order.HasDenialBody;
        }

        Failure = failure;
        _inbox.End(new WebSocketDisconnect(1006), dropWaiting: true);
        if (denying)
        {
            _accepted.TrySetException(new HttpIOException(
                HttpRequestError.ResponseEnded, "The app ended in the middle of its denial response.", failure));
        }
        else
        {
            // Without an answer until now this is one; else it comes too late and changes nothing.
            _accepted.TrySetException(new WebSocketDeniedException(500, inner: failure));
        }

        if (!left && _order.IsOpen)
        {
            // Behind what the client has not read; if it never does, this waits with nobody.
            Observe(_output.Writer.WriteAsync(failure is null ? new WebSocketClose() : new WebSocketClose(1011)).AsTask());
        }
    }

    private void Deny(int status, HeaderList headers)
    {
        _inbox.End(new WebSocketDisconnect(1006), dropWaiting: true);
        _accepted.TrySetException(new WebSocketDeniedException(status, headers, _denial.WrittenMemory));
    }

    private async ValueTask PutAsync(GatewayEvent message)
    {
        try
        {
            await _output.Writer.WriteAsync(message, Left).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            throw new ClientDisconnectedException("The client has disconnected.", exception);
        }
    }
}
