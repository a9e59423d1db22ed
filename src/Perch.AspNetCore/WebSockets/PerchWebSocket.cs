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
internal sealed class PerchWebSocket : WebSocketRequest
{
    private static readonly TaskCompletionSource Never = new();

    private HandshakeAnswer? _answer;
    private StreamPipes? _pipes;
    private TaskCompletionSource? _closing;

    internal PerchWebSocket(GatewayMount mount, IFeatureCollection features, HandshakeAnswer answer) : base(mount, features) => _answer = answer;

    [SuppressMessage("Reliability", "CA2000", Justification = "The exchange disposes of the session that it asked for.")]
    private protected override async ValueTask<IWebSocketSession> OpenAsync(string? subprotocol)
    {
        HandshakeAnswer answer = _answer!;
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
        IDuplexPipe pipes = IsHttp1 ? await UpgradeAsync(answer) : Wrap(await ConnectAsync());
        var session = new WebSocketSession(
            pipes, Mount.Host.WebSockets.Options, answer.Deflate, Mount.Host.Time, this, Mount.Host.ReuseScopes);
        session.Start();

        // It may stay for days: what only the handshake needs is not kept that long.
        _answer = null;
        return session;
    }

    private protected override void OnSessionEnded() => _ = CloseAsync();

    private protected override async ValueTask EndAsync()
    {
        // Whatever is being closed is not to be the server's again meanwhile, and nothing is closed after this.
        if (Interlocked.CompareExchange(ref _closing, Never, null) is { } closing)
        {
            await closing.Task;
        }

        _pipes?.Complete();
    }

    /// <summary>
    /// RFC 6455 §7.1.1: the server closes the connection first, and at once: not when the app's task comes to its end. The rest of the closing
    /// is the host's server's, as ever.
    /// </summary>
    private async Task CloseAsync()
    {
        var closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _closing, closing, null) is not null)
        {
            return;
        }

        try
        {
            await EndOutputAsync().WaitAsync(Mount.Host.WebSockets.Options.CloseTimeout, Mount.Host.Time);
        }
        catch (Exception)
        {
            // The connection is gone, or its client does not read: nobody is told. Whatever it is: TLS has more to throw than pipes.
            Lifetime.Abort();
        }
        finally
        {
            closing.SetResult();
        }
    }

    private Task EndOutputAsync()
    {
        if (!IsHttp1)
        {
            // RFC 8441 §5: END_STREAM is what closing is to TCP.
            return Features.GetRequiredFeature<IHttpResponseBodyFeature>().CompleteAsync();
        }

        if (_pipes is not null)
        {
            // Somebody's stream.
            return Task.CompletedTask;
        }

        return Features.Get<ISslStreamFeature>() is { } tls
            ? tls.SslStream.ShutdownAsync()
            : Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output.CompleteAsync().AsTask();
    }

    private async Task<IDuplexPipe> UpgradeAsync(HandshakeAnswer answer)
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
