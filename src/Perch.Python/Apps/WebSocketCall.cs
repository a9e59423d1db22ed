using System.Text;
using Perch.Python.Bridge;

namespace Perch.Python;

/// <summary>One WebSocket in a worker: what the Python app sends is sent on, until its call ends.</summary>
internal sealed class WebSocketCall(WorkerStream stream, WebSocketScope scope, Send send)
{
    private bool _isAccepted;
    private bool _isDenying;
    private bool _isClosed;

    internal static async Task RunAsync(WorkerStream stream, WebSocketScope scope, Receive receive, Send send)
    {
        try
        {
            // websocket.connect: the worker hands the app its own.
            await receive();
            stream.Link.SendWebSocket(stream.Id, scope);
            stream.BeginPump(scope, receive, null);
            await new WebSocketCall(stream, scope, send).RunAsync();
        }
        finally
        {
            stream.Leave(isComplete: false);
        }
    }

    /// <summary>Denies the handshake in place of the app.</summary>
    internal static async Task RefuseAsync(int status, string text, WebSocketScope scope, Send send)
    {
        if (scope.Offers(ExtensionNames.DenialResponse))
        {
            await send(new WebSocketHttpResponseStart(status, [("content-type", "text/plain; charset=utf-8")]));
            await send(new WebSocketHttpResponseBody(Encoding.UTF8.GetBytes(text)));
        }
        else
        {
            await send(new WebSocketClose());
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            Incoming incoming = await stream.NextAsync();
            try
            {
                if (!await TakeAsync(incoming))
                {
                    return;
                }
            }
            catch (ClientDisconnectedException) when (incoming.Kind is not (IncomingKind.End or IncomingKind.Lost))
            {
                // The app is told why by its receive(), and goes on until it ends by itself, unless it has.
                _isClosed = true;
                stream.PassOnTheRest();
            }
            finally
            {
                stream.Done(incoming);
            }
        }
    }

    /// <returns>Whether anything can follow.</returns>
    private async ValueTask<bool> TakeAsync(Incoming incoming)
    {
        switch (incoming.Kind)
        {
            case IncomingKind.End:
                CallEnd.Check(incoming.Text);
                return false;
            case IncomingKind.Lost:
                await OnLostAsync();
                return false;
            case IncomingKind.Credit:
                stream.AddCredit(incoming.Credit);
                return true;
            case IncomingKind.Rejected:
                throw incoming.Failure!;
            case IncomingKind.Restart when _isAccepted && !_isClosed:
                // RFC 6455 §7.4 and its registry: 1012, service restart.
                _isClosed = true;
                await send(new WebSocketClose(1012));
                stream.PassOnTheRest();
                return true;
            case not IncomingKind.Restart when !_isClosed:
                await SendAsync(incoming);
                return true;
            default:
                return true;
        }
    }

    private async ValueTask SendAsync(Incoming incoming)
    {
        switch (incoming.Kind)
        {
            case IncomingKind.Text:
                await send(WebSocketSend.Utf8(incoming.Data));
                break;
            case IncomingKind.Binary:
                await send(new WebSocketSend(incoming.Data));
                break;
            case IncomingKind.Event:
                _isAccepted |= incoming.Event is WebSocketAccept;
                _isClosed |= incoming.Event is WebSocketClose;
                await send(incoming.Event!);
                break;
            case IncomingKind.Response:
                var start = (HttpResponseStart)incoming.Event!;
                _isDenying = true;
                await send(new WebSocketHttpResponseStart(start.Status, start.Headers));
                goto case IncomingKind.Body;
            case IncomingKind.Body:
                _isClosed |= !incoming.More;
                await send(new WebSocketHttpResponseBody(incoming.Data, incoming.More));
                break;
        }
    }

    private async Task OnLostAsync()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        if (_isAccepted)
        {
            // RFC 6455 §7.4.1: 1011, the server met what keeps it from going on.
            await send(new WebSocketClose(1011));
        }
        else if (_isDenying)
        {
            throw new PythonAppException("The worker died before its response was complete.");
        }
        else
        {
            await RefuseAsync(502, "Bad Gateway", scope, send);
        }
    }
}
