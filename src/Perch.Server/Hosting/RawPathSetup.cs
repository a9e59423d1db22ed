using Perch.Http;
using Perch.Server.Layers;

namespace Perch.Server.Hosting;

/// <summary>What the options are in the raw path's terms.</summary>
internal static class RawPathSetup
{
    internal static void Configure(HttpGatewayOptions gateway, GatewayServerOptions options, RefusedRequests refused)
    {
        gateway.OnRefused = refused.Note;
        gateway.RootPath = options.Http.RootPath;
        gateway.ServerHeader = options.Http.ServerHeader;
        gateway.DateHeader = options.Http.DateHeader;
        gateway.WebSocketEngine = options.WebSocketEngine;
        WebSocketSetup.Copy(options.WebSockets, gateway.WebSockets);
        HttpGatewayLimits limits = gateway.Limits;
        limits.MaxRequestLineSize = options.Limits.RequestLine;
        limits.MaxRequestHeadersTotalSize = options.Limits.RequestHead;
        limits.MaxRequestHeaderCount = options.Limits.RequestFields;
        limits.MaxRequestBodySize = options.Limits.RequestBody is > 0 and var bytes ? bytes : null;
        limits.MaxChunkExtensionSize = options.Limits.ChunkExtensions;
        limits.MinRequestBodyDataRate = options.Limits.RequestBodyRate;
        limits.MinResponseDataRate = options.Limits.ResponseRate;
        limits.KeepAliveTimeout = options.Timeouts.KeepAlive;
        limits.RequestHeadersTimeout = options.Timeouts.RequestHead;
        limits.DataRateGracePeriod = options.Timeouts.RateGrace;
    }
}
