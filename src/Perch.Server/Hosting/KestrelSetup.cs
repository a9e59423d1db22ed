using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Perch.Http;
using Perch.Server.Binding;

namespace Perch.Server.Hosting;

/// <summary>What the options are in Kestrel's terms.</summary>
internal static class KestrelSetup
{
    internal static void Configure(KestrelServerOptions kestrel, GatewayApp app, GatewayServerOptions options, ServerSockets sockets)
    {
        kestrel.AddServerHeader = options.Http.ServerHeader;
        SetLimits(kestrel.Limits, options);
        foreach (BoundSocket socket in sockets.All)
        {
            kestrel.Listen(socket.EndPoint, listen =>
            {
                if (options.Http.Server == GatewayHttp.Perch)
                {
                    listen.UseGateway(app, gateway => RawPathSetup.Configure(gateway, options));
                }
                else
                {
                    listen.UsePriorKnowledgeHttp2();
                }
            });
        }
    }

    private static void SetLimits(KestrelServerLimits limits, GatewayServerOptions options)
    {
        limits.MaxRequestLineSize = options.Limits.RequestLine;
        limits.MaxRequestHeadersTotalSize = options.Limits.RequestHead;
        limits.MaxRequestHeaderCount = options.Limits.RequestFields;
        limits.MaxRequestBodySize = options.Limits.RequestBody is > 0 and var bytes ? bytes : null;
        limits.MinRequestBodyDataRate = RateOf(options.Limits.RequestBodyRate, options.Timeouts.RateGrace);
        limits.MinResponseDataRate = RateOf(options.Limits.ResponseRate, options.Timeouts.RateGrace);
        limits.KeepAliveTimeout = options.Timeouts.KeepAlive;
        limits.RequestHeadersTimeout = options.Timeouts.RequestHead;
    }

    private static MinDataRate? RateOf(double bytes, TimeSpan grace) => bytes > 0 ? new MinDataRate(bytes, grace) : null;
}
