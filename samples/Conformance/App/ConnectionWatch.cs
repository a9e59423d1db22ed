using Perch;

namespace Conformance.App;

/// <summary>Runs a route, and tells how its connection ended if the client ended it.</summary>
internal sealed class ConnectionWatch(Receive receive, Send send)
{
    private GatewayEvent? _disconnect;
    private GatewayEvent? _next = new HttpResponseStart(200);
    private ClientDisconnectedException? _sendFailure;
    private int _messages;

    internal async Task RunAsync(Func<Receive, Send, Task> run, Action<DisconnectRecord> record)
    {
        try
        {
            await run(ReceiveAsync, SendAsync);
        }
        finally
        {
            if (_disconnect is not null || _sendFailure is not null)
            {
                record(await DescribeAsync());
            }
        }
    }

    private async ValueTask<GatewayEvent> ReceiveAsync()
    {
        GatewayEvent received = await receive();
        switch (received)
        {
            case WebSocketConnect:
                _next = WebSocketSend.Utf8("late"u8.ToArray());
                break;
            case WebSocketReceive:
                _messages++;
                break;
            case WebSocketDisconnect:
            // A host says it after a whole response too: that is not the client's leaving.
            case HttpDisconnect when _next is not null:
                _disconnect = received;
                break;
        }

        return received;
    }

    private async ValueTask SendAsync(GatewayEvent message)
    {
        try
        {
            await send(message);
        }
        catch (ClientDisconnectedException exception)
        {
            _sendFailure = exception;
            throw;
        }

        _next = message switch
        {
            HttpResponseStart => new HttpResponseBody("late"u8, moreBody: true),
            HttpResponseBody { MoreBody: false } or HttpResponsePathSend or HttpResponseZeroCopySend { MoreBody: false } => null,
            _ => _next,
        };
    }

    private async Task<DisconnectRecord> DescribeAsync()
    {
        // A WebSocket's code comes with its event, also where a send was the first to notice.
        while (_disconnect is null && _next is WebSocketSend)
        {
            await ReceiveAsync();
        }

        var ended = _disconnect as WebSocketDisconnect;
        Exception? failure = _sendFailure ?? await SendLateAsync();
        return new DisconnectRecord(
            ended?.Code, ended?.Reason, _messages, failure is null ? "silent" : "raised " + failure.GetType().Name, failure is IOException);
    }

    private async Task<Exception?> SendLateAsync()
    {
        try
        {
            await send(_next ?? HttpResponseBody.Empty);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
