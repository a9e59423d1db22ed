using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Perch.Http;
using Perch.Http.Parsing;
using Perch.Http.WebSockets.Handshake;

namespace Perch.AspNetCore.WebSockets;

/// <summary>Tells requests for a WebSocket from others, refuses those that are none, and gives the rest to the app.</summary>
internal sealed class WebSocketRequests
{
    private readonly WebSocketMiddleware _system;
    private readonly WebSocketEngineKind _engine;
    private readonly IHostApplicationLifetime _lifetime;

    internal WebSocketRequests(GatewayOptions options, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        Options = options.WebSockets;
        _engine = options.WebSocketEngine;
        _lifetime = lifetime;
        _system = new WebSocketMiddleware(static _ => Task.CompletedTask, Microsoft.Extensions.Options.Options.Create(new WebSocketOptions()), loggers);
    }

    internal WebSocketGatewayOptions Options { get; }

    /// <summary>
    /// Whether a request asks for a WebSocket, well or badly. An upgrade to anything else is none, nor is one that Connection does not name
    /// (RFC 9110 §7.8: it may be ignored), and in HTTP/1.0 it must be ignored.
    /// </summary>
    internal bool IsAskedFor(IHttpRequestFeature request, IFeatureCollection features)
    {
        // Most requests have neither, and are spared the search for features.
        if ((request.Headers.Upgrade.Count == 0 && request.Method != "CONNECT") || _engine == WebSocketEngineKind.None)
        {
            return false;
        }

        return IsUpgrade(request, features) || IsConnect(features) || IsSystems(features);
    }

    /// <summary>Runs the app for a request that asks for a WebSocket. Not async: it would keep its state for as long as the WebSocket is open.</summary>
    internal Task RunAsync(GatewayMount mount, IFeatureCollection features)
    {
        IHttpRequestFeature request = features.GetRequiredFeature<IHttpRequestFeature>();
        RejectReason fault = Check(mount, request, features, out HandshakeAnswer? answer);
        if (fault != RejectReason.None)
        {
            mount.Host.Log.HandshakeRefused(request.RawTarget, fault.StatusCode(), fault.Text());
            mount.Host.Options.OnRefused?.Invoke(features, fault);
            return RefuseAsync(fault, features);
        }

        return Create(mount, features, answer).RunAsync(_lifetime.ApplicationStopping);
    }

    private WebSocketRequest Create(GatewayMount mount, IFeatureCollection features, HandshakeAnswer? answer)
    {
        if (_engine == WebSocketEngineKind.Perch && answer is not null)
        {
            return new PerchWebSocket(mount, features, answer);
        }

        // It puts the feature there that stands for ASP.NET Core's engine, and calls what comes next: nothing.
        _ = _system.Invoke(new DefaultHttpContext(features));
        return new SystemWebSocket(mount, features, features.GetRequiredFeature<IHttpWebSocketFeature>());
    }

    private RejectReason Check(GatewayMount mount, IHttpRequestFeature request, IFeatureCollection features, out HandshakeAnswer? answer)
    {
        var headers = new Http.RequestHeaders(new Http.RequestBytes(), mount.Host.HeaderEncodings);
        headers.Renew(request.Headers);
        if (IsConnect(features))
        {
            return HandshakeRules.CheckConnect(headers, Options, out answer);
        }

        if (IsUpgrade(request, features))
        {
            // To Kestrel, a request with a body cannot be upgraded.
            bool hasBody = !features.GetRequiredFeature<IHttpUpgradeFeature>().IsUpgradableRequest;
            return HandshakeRules.CheckUpgrade(
                HttpMethods.IsGet(request.Method), hasBody, headers, Options, out answer);
        }

        // The server has checked it, which hands over a WebSocket of its own.
        answer = null;
        return RejectReason.None;
    }

    private static bool IsUpgrade(IHttpRequestFeature request, IFeatureCollection features) =>
        features.Get<IHttpUpgradeFeature>() is { } upgrade
        && (upgrade.IsUpgradableRequest || !IsSystems(features))
        && HttpProtocol.IsHttp11(request.Protocol)
        && Lists(request, HeaderNames.Upgrade, "websocket")
        && Lists(request, HeaderNames.Connection, "upgrade");

    private static bool Lists(IHttpRequestFeature request, string name, string token) =>
        request.Headers.GetCommaSeparatedValues(name).Contains(token, StringComparer.OrdinalIgnoreCase);

    private static bool IsConnect(IFeatureCollection features) =>
        features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    /// <summary>A server that does the handshake itself.</summary>
    private static bool IsSystems(IFeatureCollection features) => features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true };

    /// <summary>RFC 6455 §4.2.2, §4.4: for a wrong version with the right one.</summary>
    private static async Task RefuseAsync(RejectReason fault, IFeatureCollection features)
    {
        HttpResponse response = new DefaultHttpContext(features).Response;
        response.StatusCode = fault.StatusCode();
        response.ContentType = "text/plain; charset=utf-8";
        bool isVersion = fault == RejectReason.HandshakeVersion;
        if (isVersion)
        {
            response.Headers.SecWebSocketVersion = "13";
        }

        // RFC 9113 §8.2.2: HTTP/2 has no such fields, and Kestrel warns of them.
        if (!IsConnect(features))
        {
            response.Headers.Connection = isVersion ? "upgrade, close" : "close";
            if (isVersion)
            {
                response.Headers.Upgrade = "websocket";
            }
        }

        await response.WriteAsync(fault.Text());
    }
}
