using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Perch.AspNetCore.Http;

namespace Perch.AspNetCore.WebSockets;

/// <summary>From the app to the client. Sends that overlap keep their order, each message whole.</summary>
internal sealed partial class WebSocketExchange
{
    private readonly SemaphoreSlim _sendLock = new(1, 1);
    private int? _closeSent;

    private async ValueTask SendAsync(GatewayEvent message)
    {
        await _sendLock.WaitAsync();
        try
        {
            if (_disconnect is not null && !_order.IsClosed && message is WebSocketSend or WebSocketClose or WebSocketAccept)
            {
                throw new ClientDisconnectedException();
            }

            _order.Accept(message);
            await WriteAsync(message);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException and not ClientDisconnectedException)
        {
            SetDisconnect(1006);
            throw new ClientDisconnectedException("The client has disconnected.", exception);
        }
        finally
        {
            _sendLock.Release();
        }
    }

    private ValueTask WriteAsync(GatewayEvent message)
    {
        switch (message)
        {
            case WebSocketSend send:
                return SendMessageAsync(_socket!, send);
            case WebSocketAccept accept:
                return AcceptAsync(accept);
            case WebSocketClose close when _socket is null:
                _ = SetDisconnect(1006);
                return new(DenyAsync(new ResponseHead(403, HeaderList.Empty), default));
            case WebSocketClose close:
                return new(CloseLockedAsync(_socket, close.Code, close.Reason, CancellationToken.None));
            case WebSocketHttpResponseBody body:
                return new(DenyAsync(_order.DenialHead!, body.Body, body.MoreBody));
            default:
                return default;
        }
    }

    private async ValueTask SendMessageAsync(WebSocket socket, WebSocketSend message)
    {
        if (socket.State == WebSocketState.Open)
        {
            WebSocketMessageType type = message.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            await socket.SendAsync(message.Data, type, endOfMessage: true, CancellationToken.None);
        }

        // Kestrel takes bytes for a client that is gone without a word: an app that only sends would never end.
        if (socket.State != WebSocketState.Open || Lifetime.RequestAborted.IsCancellationRequested)
        {
            SetDisconnect(_closeSent ?? 1006);
            throw new ClientDisconnectedException();
        }
    }

    private async ValueTask AcceptAsync(WebSocketAccept accept)
    {
        GatewayWebSocketOptions options = _handshake.Options;
        foreach (Header header in accept.Headers)
        {
            string name = header.NameText;
            _response.Headers[name] = StringValues.Concat(_response.Headers[name], header.ValueText);
        }

        _socket = await _feature.AcceptAsync(new WebSocketAcceptContext
        {
            SubProtocol = accept.Subprotocol,
            DangerousEnableCompression = options.PerMessageDeflate,
            KeepAliveInterval = options.PingInterval,
            KeepAliveTimeout = options.PingInterval > TimeSpan.Zero ? options.PingTimeout : Timeout.InfiniteTimeSpan,
        });
        LogAccess("accepted");
        _answered.TrySetResult();
        if (_handshake.Stopping.IsCancellationRequested)
        {
            OnStopping();
        }
    }

    /// <summary>Closes from our side, if that is still to be done.</summary>
    private async Task CloseAsync(WebSocket socket, int code, string reason)
    {
        using var timeout = new CancellationTokenSource(_handshake.Options.CloseTimeout);
        try
        {
            // A client that does not read holds a send() up, and with it the lock.
            await _sendLock.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            socket.Abort();
            return;
        }

        try
        {
            await CloseLockedAsync(socket, code, reason, timeout.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is gone: there is nobody to tell.
            SetDisconnect(1006);
        }
        finally
        {
            _sendLock.Release();
        }
    }

    private async Task CloseLockedAsync(WebSocket socket, int code, string reason, CancellationToken cancellation)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            _closeSent ??= code;
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, code == (int)WebSocketCloseStatus.Empty ? null : reason, cancellation);

            // The app may wait in receive() for the answer: the time-out is not to wait for the app.
            _ = WaitUntilOverAsync(socket);
        }
    }

    /// <summary>Answers the handshake with an HTTP response. ASGI, "WebSocket Denial Response": the connection is closed after it.</summary>
    private async Task DenyAsync(ResponseHead head, ReadOnlyMemory<byte> body, bool moreBody = false)
    {
        IHttpResponseBodyFeature output = Features.Get<IHttpResponseBodyFeature>()!;
        if (!_response.HasStarted)
        {
            bool isHttp1 = Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal);
            ServerHead.Apply(head, moreBody ? head.ContentLength : head.ContentLength ?? (head.StatusForbidsBody ? null : body.Length), _response, isHttp1);
            if (isHttp1)
            {
                _response.Headers.Connection = "close";
            }

            LogAccess($"denied {head.Status}");
        }

        if (head.StatusForbidsBody)
        {
            body = default;
        }

        await output.Writer.WriteAsync(body);
        if (!moreBody)
        {
            await output.CompleteAsync();
            _answered.TrySetResult();
        }
    }

    private void LogAccess(string outcome)
    {
        if (Mount.Host.Log.IsAccessEnabled)
        {
            Mount.Host.Log.AccessWebSocket(_scope, outcome);
        }
    }
}
