namespace Perch.Server.Layers;

/// <summary>Adds fields to the response that an app sends.</summary>
internal static class ResponseHeaders
{
    /// <summary>The message with the fields after its own, if it is one that has fields of the response.</summary>
    internal static GatewayEvent Add(GatewayEvent message, IReadOnlyList<Header> headers) => message switch
    {
        HttpResponseStart start => new HttpResponseStart(start.Status, HeaderList.Create([.. start.Headers, .. headers]), start.Trailers),
        HttpFullResponse full => new HttpFullResponse(full.Status, HeaderList.Create([.. full.Headers, .. headers]), full.Body),
        WebSocketAccept accept => new WebSocketAccept(accept.Subprotocol, HeaderList.Create([.. accept.Headers, .. headers])),
        WebSocketHttpResponseStart denial => new WebSocketHttpResponseStart(denial.Status, HeaderList.Create([.. denial.Headers, .. headers])),
        _ => message,
    };
}
