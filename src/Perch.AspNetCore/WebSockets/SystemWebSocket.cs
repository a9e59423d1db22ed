using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Perch.Http;
using Perch.Http.WebSockets.Exchange;

namespace Perch.AspNetCore.WebSockets;

/// <summary>A WebSocket by ASP.NET Core's engine.</summary>
internal sealed class SystemWebSocket(GatewayMount mount, IFeatureCollection features, IHttpWebSocketFeature feature) : WebSocketRequest(mount, features)
{
    [SuppressMessage("Reliability", "CA2000", Justification = "The exchange disposes of the session that it asked for.")]
    private protected override async ValueTask<IWebSocketSession> OpenAsync(string? subprotocol)
    {
        WebSocketGatewayOptions options = Mount.Host.WebSockets.Options;
        bool pings = options.PingInterval > TimeSpan.Zero;
        WebSocket socket = await UpgradeAsync(() => feature.AcceptAsync(new WebSocketAcceptContext
        {
            SubProtocol = subprotocol,
            DangerousEnableCompression = options.PerMessageDeflate,
            KeepAliveInterval = options.PingInterval,
            KeepAliveTimeout = pings && options.PingTimeout > TimeSpan.Zero ? options.PingTimeout : Timeout.InfiniteTimeSpan,
        }));
        return new SystemSession(socket, options, Mount.Host.ReuseScopes, Lifetime.RequestAborted);
    }
}
