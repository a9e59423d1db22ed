using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Handshake;

namespace Perch.AspNetCore.WebSockets;

/// <summary>A WebSocket by Perch's own engine, over the stream that the server hands over: HTTP/1.1's upgrade, or HTTP/2's extended CONNECT (RFC 8441).</summary>
internal sealed class PerchWebSocket(GatewayMount mount, IFeatureCollection features, HandshakeAnswer answer) : WebSocketRequest(mount, features)
{
    private StreamPipes? _pipes;

    [SuppressMessage("Reliability", "CA2000", Justification = "The exchange disposes of the session that it asked for.")]
    private protected override async ValueTask<IWebSocketSession> OpenAsync(string? subprotocol)
    {
        if (subprotocol is not null)
        {
            Response.Headers.SecWebSocketProtocol = subprotocol;
        }

        if (answer.Extensions is { } extensions)
        {
            Response.Headers.SecWebSocketExtensions = extensions;
        }

        // A limit on a request's time is none on a WebSocket's.
        Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        _pipes = new StreamPipes(IsHttp1 ? await UpgradeAsync() : await ConnectAsync());
        var session = new WebSocketSession(
            _pipes, Mount.Host.WebSockets.Options, answer.Deflate, Mount.Host.Time, ((IWebSocketHost)this).Abort, Mount.Host.ReuseScopes);
        session.Start();
        return session;
    }

    private protected override void End() => _pipes?.Complete();

    private Task<Stream> UpgradeAsync()
    {
        Response.Headers.Upgrade = "websocket";
        Response.Headers.SecWebSocketAccept = answer.AcceptKey;
        return UpgradeAsync(Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync);
    }

    private ValueTask<Stream> ConnectAsync()
    {
        // To Kestrel the messages are one endless request body, and silence is a client that sends it too slowly.
        if (Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        return Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync();
    }
}
