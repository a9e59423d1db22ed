using Perch;

namespace Conformance.App;

/// <summary>Runs a route, and tells how its connection ended if the client ended it.</summary>
internal sealed class ConnectionWatch(Receive receive, Send send)
{
    private GatewayEvent? _disconnect;
    private GatewayEvent? _next = new HttpResponseStart(200);
    private bool _sendFailed;

    internal async Task RunAsync(Func<Receive, Send, Task> run, Action<DisconnectRecord> record)
    {
        try
        {
            await run(ReceiveAsync, SendAsync);
        }
        finally
        {
            if (_disconnect is not null || _sendFailed)
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
        catch (ClientDisconnectedException)
        {
            _sendFailed = true;
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
        try
        {
            await send(_next ?? HttpResponseBody.Empty);
            return new DisconnectRecord(ended?.Code, ended?.Reason, "silent", SendAfterOSError: false);
        }
        catch (Exception exception)
        {
            return new DisconnectRecord(ended?.Code, ended?.Reason, "raised " + exception.GetType().Name, exception is IOException);
        }
    }
}
