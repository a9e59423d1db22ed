namespace Perch.Testing.Hosting;

/// <summary>Events and scopes in a few words.</summary>
internal static class EventText
{
    internal static string Of(GatewayEvent message) => message switch
    {
        HttpRequestBody body => $"{body.Type} ({body.Body.Length} bytes{More(body.MoreBody)})",
        HttpResponseStart start => $"{start.Type} ({start.Status})",
        HttpResponseBody body => $"{body.Type} ({body.Body.Length} bytes{More(body.MoreBody)})",
        HttpFullResponse full => $"{full.Type} ({full.Status}, {full.Body.Length} bytes)",
        WebSocketReceive receive => $"{receive.Type} ({(receive.IsText ? "text" : "binary")}, {receive.Data.Length} bytes)",
        WebSocketSend send => $"{send.Type} ({(send.IsText ? "text" : "binary")}, {send.Data.Length} bytes)",
        WebSocketClose close => $"{close.Type} ({close.Code})",
        WebSocketDisconnect disconnect => $"{disconnect.Type} ({disconnect.Code})",
        WebSocketHttpResponseStart start => $"{start.Type} ({start.Status})",
        TcpReceive receive => $"{receive.Type} ({receive.Data.Length} bytes)",
        TcpSend send => $"{send.Type} ({send.Data.Length} bytes)",
        _ => message.Type,
    };

    internal static string Of(Scope scope) => scope switch
    {
        HttpScope http => $"http {http.Method} {http.Path}",
        WebSocketScope socket => $"websocket {socket.Path}",
        _ => scope.Type,
    };

    private static string More(bool more) => more ? ", more to come" : "";
}
