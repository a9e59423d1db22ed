using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Perch.AspNetCore.WebSockets;

/// <summary>
/// Tells WebSocket requests from others, and gives them to the app. The handshake and the framing are ASP.NET Core's: this class and
/// <see cref="WebSocketExchange"/> are all that knows it.
/// </summary>
internal sealed class WebSocketHandshake
{
    private readonly WebSocketMiddleware _middleware;
    private readonly IHostApplicationLifetime _lifetime;

    internal WebSocketHandshake(GatewayWebSocketOptions options, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        Options = options;
        _lifetime = lifetime;
        _middleware = new WebSocketMiddleware(static _ => Task.CompletedTask, Microsoft.Extensions.Options.Options.Create(new WebSocketOptions()), loggers);
    }

    internal GatewayWebSocketOptions Options { get; }

    /// <summary>Cancelled when the host begins to stop: WebSockets are closed with 1012 then.</summary>
    internal CancellationToken Stopping => _lifetime.ApplicationStopping;

    /// <summary>Whether a request asks for a WebSocket, well or badly. An upgrade to anything else is none (RFC 9110 §7.8: it may be ignored).</summary>
    internal static bool IsAskedFor(IHttpRequestFeature request, IFeatureCollection features)
    {
        // Most requests have neither, and are spared the search for features.
        if (request.Headers.Upgrade.Count == 0 && request.Method != "CONNECT")
        {
            return false;
        }

        // Kestrel has the upgrade feature on HTTP/2 as well, where no request is upgradable.
        if (features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
        {
            return IsUpgradeToWebSocket(request);
        }

        return features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" }
            || features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true };
    }

    /// <summary>Runs the app for a request that asks for a WebSocket.</summary>
    internal async Task RunAsync(GatewayMount mount, HttpContext context)
    {
        await _middleware.Invoke(context);
        if (context.Features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true } feature)
        {
            await new WebSocketExchange(mount, this, context.Features, feature).RunAsync();
        }
        else
        {
            await RefuseAsync(mount, context);
        }
    }

    private static bool IsUpgradeToWebSocket(IHttpRequestFeature request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.GetCommaSeparatedValues(HeaderNames.Upgrade).Contains("websocket", StringComparer.OrdinalIgnoreCase);

    /// <summary>RFC 6455 §4.2.1, §4.4: a handshake that is not one is answered with an error, for a wrong version with the right one.</summary>
    private static Task RefuseAsync(GatewayMount mount, HttpContext context)
    {
        bool isWrongVersion = context.Request.Headers.SecWebSocketVersion != "13";
        (int status, string reason) = isWrongVersion
            ? (StatusCodes.Status426UpgradeRequired, "The WebSocket version must be 13.")
            : (StatusCodes.Status400BadRequest, "The WebSocket handshake has no valid Sec-WebSocket-Key, or no Upgrade in Connection.");
        mount.Host.Log.HandshakeRefused(context.Features.Get<IHttpRequestFeature>()!.RawTarget, status, reason);
        context.Response.StatusCode = status;
        if (isWrongVersion)
        {
            context.Response.Headers.SecWebSocketVersion = "13";
        }

        // RFC 9113 §8.2.2: HTTP/2 has no such fields, and Kestrel warns of them.
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = isWrongVersion ? "upgrade, close" : "close";
            if (isWrongVersion)
            {
                context.Response.Headers.Upgrade = "websocket";
            }
        }

        return context.Response.WriteAsync(reason);
    }
}
