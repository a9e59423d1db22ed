using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Perch.AspNetCore.Connections;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Endpoints of Kestrel for gateway apps.</summary>
public static class GatewayListenOptionsExtensions
{
    /// <summary>
    /// Makes an endpoint without TLS serve HTTP/2 beside HTTP/1.1, to clients that begin with the HTTP/2 preface (prior knowledge,
    /// RFC 9113 §3.3). Kestrel by itself serves one of the two there.
    /// </summary>
    /// <param name="listenOptions">The endpoint. With TLS this is not needed: ALPN decides.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="InvalidOperationException">
    /// <c>AddGateway</c> was not called, or the endpoint is that of a URL (<c>UseUrls</c>, <c>Kestrel:Endpoints</c>): one of
    /// <c>kestrel.Listen</c> is needed.
    /// </exception>
    public static ListenOptions UsePriorKnowledgeHttp2(this ListenOptions listenOptions)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        HandedOnConnections handedOn = listenOptions.ApplicationServices.GetService<HandedOnConnections>()
            ?? throw new InvalidOperationException("UsePriorKnowledgeHttp2 needs the gateway services: call builder.Services.AddGateway() first.");
        if (listenOptions.EndPoint is HandedOnEndPoint)
        {
            // Endpoint defaults apply to the place where connections are handed on to as well: from there they go no further.
            return listenOptions;
        }

        handedOn.Serve(listenOptions);
        listenOptions.Protocols = HttpProtocols.Http1;
        KestrelServerLimits limits = listenOptions.KestrelServerOptions.Limits;
        listenOptions.Use(next => new PriorKnowledgeMiddleware(next, handedOn, limits).OnConnectionAsync);
        return listenOptions;
    }
}
