using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Handshake;

namespace Perch.AspNetCore.WebSockets;

/// <summary>
/// A WebSocket by Perch's own engine, over what the server hands over: by HTTP/1.1's upgrade the connection's own pipes, where they can be
/// had; else a stream, of the upgrade or of HTTP/2's extended CONNECT (RFC 8441).
/// </summary>
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
        IDuplexPipe pipes = IsHttp1 ? await UpgradeAsync() : Wrap(await ConnectAsync());
        var session = new WebSocketSession(
            pipes, Mount.Host.WebSockets.Options, answer.Deflate, Mount.Host.Time, this, Mount.Host.ReuseScopes);
        session.Start();
        return session;
    }

    private protected override void End() => _pipes?.Complete();

    private async Task<IDuplexPipe> UpgradeAsync()
    {
        Response.Headers.Upgrade = "websocket";
        Response.Headers.SecWebSocketAccept = answer.AcceptKey;
        Stream stream = await UpgradeAsync(Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync);

        // Kestrel has flushed its answer, has read no further than the request's head, and leaves the connection alone until the app's task has
        // ended. A stream that is not its own is somebody's who wants to see what goes through it.
        return stream.GetType().Assembly == typeof(KestrelServer).Assembly && Features.Get<IConnectionTransportFeature>() is { } connection
            ? connection.Transport
            : Wrap(stream);
    }

    private StreamPipes Wrap(Stream stream) => _pipes = new StreamPipes(stream);

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
