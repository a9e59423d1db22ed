using System.Text;
using Perch.Messages;

namespace Perch.Http.WebSockets.Exchange;

/// <summary>Receive and send. Once the WebSocket is open, both are the session's.</summary>
internal sealed partial class WebSocketExchange
{
    private static readonly HeaderList PlainText = [("content-type", "text/plain; charset=utf-8")];

    // Only until the WebSocket is open, which it may be for days. Sends that overlap wait for each other, receives for the answer.
    private volatile SemaphoreSlim? _answering = new(1, 1);
    private TaskCompletionSource? _answered;
    private WebSocketDisconnect? _neverOpened;
    private bool _isAnswered;
    private bool _connectReceived;
    private bool _receiving;

    private ValueTask<GatewayEvent> ReceiveAsync()
    {
        if (!_connectReceived)
        {
            _connectReceived = true;
            return new(WebSocketConnect.Instance);
        }

        return !_receiving && _session is { } session ? session.ReceiveAsync() : ReceiveAnswerAsync();
    }

    /// <summary>Before the handshake is answered there is nothing to receive but the client's leaving.</summary>
    private async ValueTask<GatewayEvent> ReceiveAnswerAsync()
    {
        if (_receiving)
        {
            throw new GatewayProtocolException("receive() was called while another call of it waits.");
        }

        _receiving = true;
        try
        {
            await Answered().WaitAsync(_host.ClientGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_session is { } session)
            {
                return await session.ReceiveAsync();
            }

            // Denied, or left: RFC 6455 §7.1.5, no close frame came.
            return _neverOpened ??= new WebSocketDisconnect(CloseCodes.Lost);
        }
        finally
        {
            _receiving = false;
        }
    }

    private ValueTask SendAsync(GatewayEvent message) => _session is { } session ? SendOpen(session, message) : AnswerAsync(message);

    private ValueTask SendOpen(IWebSocketSession session, GatewayEvent message)
    {
        if (message is WebSocketSend next && _order.IsOpen && !session.IsDisconnected)
        {
            // It changes nothing in the order, and needs no lock.
            return session.SendAsync(next);
        }

        lock (_gate)
        {
            if (session.IsDisconnected && !_order.IsClosed && message is WebSocketSend or WebSocketClose)
            {
                throw new ClientDisconnectedException();
            }

            _order.Accept(message);
        }

        // Not under the lock: the session may run who waits for a send of another's.
        if (message is WebSocketSend send)
        {
            return session.SendAsync(send);
        }

        var close = (WebSocketClose)message;
        return session.CloseAsync(close.Code, close.Reason);
    }

    private async ValueTask AnswerAsync(GatewayEvent message)
    {
        SemaphoreSlim? answering = _answering;
        if (answering is null)
        {
            await SendOpen(_session!, message);
            return;
        }

        await answering.WaitAsync();
        try
        {
            if (_session is { } session)
            {
                await SendOpen(session, message);
                return;
            }

            // Open without a session: the accept has failed, and there will be none.
            if (_order.IsOpen || (HasLeft && _order.IsConnecting && message is WebSocketAccept or WebSocketClose))
            {
                throw new ClientDisconnectedException();
            }

            _order.Accept(message);
            try
            {
                await WriteAnswerAsync(message);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                _hasLeft = true;
                throw exception as ClientDisconnectedException ?? new ClientDisconnectedException("The client has disconnected.", exception);
            }
        }
        finally
        {
            answering.Release();
        }
    }

    private ValueTask WriteAnswerAsync(GatewayEvent message) => message switch
    {
        WebSocketAccept accept => OpenAsync(accept),
        WebSocketClose => DenyAsync(new ResponseHead(403, HeaderList.Empty), default, moreBody: false),
        WebSocketHttpResponseBody body => DenyAsync(_order.DenialHead!, body.Body, body.MoreBody),
        _ => default,
    };

    private async ValueTask OpenAsync(WebSocketAccept accept)
    {
        IWebSocketSession session;
        try
        {
            session = await _host.AcceptAsync(accept);
        }
        catch (RequestRejectedException refused)
        {
            // To the app it is over, as if its client had left.
            await DenyAsync(new ResponseHead(refused.StatusCode, PlainText), Encoding.UTF8.GetBytes(refused.Message), moreBody: false);
            throw new ClientDisconnectedException(refused.Message, refused);
        }

        bool isStopping;
        lock (_gate)
        {
            _session = session;
            isStopping = _isStopping;
            if (_disconnected is not null)
            {
                session.CancelWhenDisconnected(_disconnected);
            }
        }

        _host.OnAnswered(_scope, "accepted");
        EndAnswer();
        _answering = null;
        if (isStopping)
        {
            Stop();
        }
    }

    private async ValueTask DenyAsync(ResponseHead head, ReadOnlyMemory<byte> body, bool moreBody)
    {
        if (!_host.HasAnswered)
        {
            _host.OnAnswered(_scope, $"denied {head.Status}");
        }

        await _host.DenyAsync(head, head.StatusForbidsBody ? default : body, moreBody);
        if (!moreBody)
        {
            EndAnswer();
        }
    }

    private Task Answered()
    {
        lock (_gate)
        {
            return _isAnswered ? Task.CompletedTask : (_answered ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>The handshake is answered, to its end.</summary>
    private void EndAnswer()
    {
        TaskCompletionSource? answered;
        lock (_gate)
        {
            _isAnswered = true;
            answered = _answered;
            _answered = null;
        }

        answered?.TrySetResult();
    }
}
