using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Perch;
using Perch.AspNetCore.Connections;
using Perch.Http;
using Perch.Http.Connections;

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
        if (listenOptions.EndPoint is HandedOnEndPoint)
        {
            // Endpoint defaults apply to the place where connections are handed on to as well: from there they go no further.
            return listenOptions;
        }

        HandedOnConnections handedOn = HandedOn(listenOptions, nameof(UsePriorKnowledgeHttp2));
        listenOptions.Protocols = HttpProtocols.Http1;
        KestrelServerLimits limits = listenOptions.KestrelServerOptions.Limits;
        listenOptions.Use(next => new PriorKnowledgeMiddleware(next, handedOn, limits).OnConnectionAsync);
        return listenOptions;
    }

    /// <summary>
    /// Serves HTTP/1.1 on this endpoint to a gateway app by Perch's own parser, below Kestrel's HTTP stack. A client that speaks HTTP/2 (ALPN,
    /// or the prior-knowledge preface) is served by Kestrel and the host's pipeline: mount the app there as well.
    /// </summary>
    /// <param name="listenOptions">The endpoint. <c>UseHttps</c> goes before.</param>
    /// <param name="app">The app.</param>
    /// <param name="configure">Sets options. Defaults to none.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="InvalidOperationException"><c>AddGateway</c> was not called.</exception>
    public static ListenOptions UseGateway(this ListenOptions listenOptions, GatewayApp app, Action<HttpGatewayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        ArgumentNullException.ThrowIfNull(app);
        HandedOnConnections handedOn = HandedOn(listenOptions, nameof(UseGateway));
        HttpGateway gateway = HttpGatewayExtensions.Create(listenOptions.ApplicationServices, app, configure);
        listenOptions.Use(next => connection =>
        {
            if (connection.Features.Get<ISslStreamFeature>() is { } tls)
            {
                connection.Features.Set<IServerCertificateFeature>(new KestrelServerCertificate(tls));
                connection.Features.Set(new TlsEnd(tls.SslStream, outside: null));
            }

            return gateway.OnConnectionAsync(connection, connection.Features.Get<ITlsHandshakeFeature>() is null ? handedOn.HandOnAsync : next);
        });
        return listenOptions;
    }

    private static HandedOnConnections HandedOn(ListenOptions listenOptions, string caller)
    {
        HandedOnConnections handedOn = listenOptions.ApplicationServices.GetService<HandedOnConnections>()
            ?? throw new InvalidOperationException($"{caller} needs the gateway services: call builder.Services.AddGateway() first.");
        handedOn.Serve(listenOptions);
        return handedOn;
    }
}
