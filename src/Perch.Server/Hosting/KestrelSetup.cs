using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch.Http;
using Perch.Http.Connections;
using Perch.Server.Binding;
using Perch.Server.Layers;
using Perch.Server.Proxies;
using Perch.Server.Tls;

namespace Perch.Server.Hosting;

/// <summary>What the options are in Kestrel's terms.</summary>
internal static class KestrelSetup
{
    internal static void Configure(KestrelServerOptions kestrel, GatewayApp app, GatewayServerOptions options, RefusedRequests refused, ServerSockets sockets, TlsSetup? tls)
    {
        kestrel.AddServerHeader = options.Http.ServerHeader;
        SetLimits(kestrel.Limits, options);
        foreach (BoundSocket socket in sockets.All)
        {
            kestrel.Listen(socket.EndPoint, listen =>
            {
                // From the socket upwards.
                if (options.Proxy.Protocol)
                {
                    UseProxyProtocol(listen, options);
                }

                tls?.Use(listen);
                UseHttp(listen, app, options, refused);
            });
        }
    }

    private static void UseProxyProtocol(ListenOptions listen, GatewayServerOptions options)
    {
        var protocol = new ProxyProtocol(options, listen.ApplicationServices.GetRequiredService<ILoggerFactory>());
        listen.Use(next => connection => protocol.OnConnectionAsync(connection, next, HttpGateway.StopOf(connection)));
    }

    private static void UseHttp(ListenOptions listen, GatewayApp app, GatewayServerOptions options, RefusedRequests refused)
    {
        void Configure(HttpGatewayOptions gateway) => RawPathSetup.Configure(gateway, options, refused);
        listen.Protocols = options.Http.Http2 && options.Tls.IsOn ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        listen.Protocols |= options.Http.Http3 ? HttpProtocols.Http3 : HttpProtocols.None;
        switch (options.Http.Server, options.Http.Http2)
        {
            case (GatewayHttp.Perch, true):
                listen.UseGateway(app, Configure);
                break;
            case (GatewayHttp.Perch, false):
                listen.UseHttpGateway(app, Configure);
                break;
            case (_, true) when !options.Tls.IsOn:
                listen.UsePriorKnowledgeHttp2();
                break;
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
