using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Perch.AspNetCore.Http;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Framing;
using Perch.Http.WebSockets.Handshake;

namespace Perch.AspNetCore.WebSockets;

/// <summary>A request for a WebSocket on the server's HTTP stack, whoever frames what follows it.</summary>
internal abstract class WebSocketRequest : RequestFacts, IWebSocketHost
{
    private readonly WebSocketExchange _exchange;
    private IReadOnlyList<string>? _subprotocols;
    private CancellationTokenRegistration _stopping;
    private bool _accepts;

    private protected WebSocketRequest(GatewayMount mount, IFeatureCollection features) : base(mount)
    {
        BeginFacts(features, features.GetRequiredFeature<IHttpRequestFeature>());
        Response = features.GetRequiredFeature<IHttpResponseFeature>();
        _exchange = new WebSocketExchange(this, new WebSocketScope(this));
    }

    internal override string? Scheme => Request.Scheme == "https" ? "wss" : "ws";

    internal override IReadOnlyList<string> Subprotocols => _subprotocols ??= HandshakeRules.Subprotocols(Headers);

    internal override CancellationToken Disconnected => _exchange.Disconnected;

    private protected override OfferedExtensions OfferedByProtocol => OfferedExtensions.DenialResponse;

    CancellationToken IWebSocketHost.ClientGone => Features?.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? new CancellationToken(canceled: true);

    bool IWebSocketHost.HasAnswered => Response.HasStarted;

    private protected IHttpResponseFeature Response { get; }

    private protected bool IsHttp1 => Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal);

    /// <summary>Runs the app to the end of the WebSocket. Not async: it would keep its state for as long as that is open.</summary>
    /// <param name="stopping">Fires when the host begins to stop.</param>
    internal Task RunAsync(CancellationToken stopping)
    {
        Interlocked.Increment(ref Mount.Host.RunningCount);
        _stopping = stopping.UnsafeRegister(static exchange => ((WebSocketExchange)exchange!).Stop(), _exchange);
        return _exchange.RunAsync(Mount.App);
    }

    async ValueTask IWebSocketHost.EndAsync()
    {
        try
        {
            await _stopping.DisposeAsync();
            await EndAsync();
        }
        finally
        {
            EndFacts();
            Interlocked.Decrement(ref Mount.Host.RunningCount);
        }
    }

    ValueTask<IWebSocketSession> IWebSocketHost.AcceptAsync(WebSocketAccept accept)
    {
        _accepts = true;
        foreach (Header header in accept.Headers)
        {
            Response.Headers[header.NameText] = StringValues.Concat(Response.Headers[header.NameText], header.ValueText);
        }

        return OpenAsync(accept.Subprotocol);
    }

    /// <summary>Has the server hand its connection over.</summary>
    /// <exception cref="RequestRejectedException">It would not.</exception>
    /// <exception cref="ClientDisconnectedException">The response was aborted meanwhile.</exception>
    private protected async Task<T> UpgradeAsync<T>(Func<Task<T>> upgrade)
    {
        try
        {
            return await upgrade();
        }
        catch (ObjectDisposedException exception)
        {
            throw new ClientDisconnectedException("The client has disconnected.", exception);
        }
        catch (InvalidOperationException exception) when (!Response.HasStarted)
        {
            // The handshake has been checked, and nobody has upgraded before: this is what is left that the server can mean.
            var refused = new RequestRejectedException(StatusCodes.Status503ServiceUnavailable, "Too many upgraded connections.", exception);
            Mount.Host.Log.HandshakeRefused(Request.RawTarget, refused.StatusCode, refused.Message);
            throw refused;
        }
    }

    async ValueTask IWebSocketHost.DenyAsync(ResponseHead head, ReadOnlyMemory<byte> body, bool moreBody)
    {
        IHttpResponseBodyFeature output = Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        if (!Response.HasStarted)
        {
            if (_accepts)
            {
                // The server would not upgrade.
                Response.Headers.Clear();
            }

            ServerHead.Apply(head, head.ContentLength ?? (moreBody || head.StatusForbidsBody ? null : body.Length), Response, IsHttp1);
            if (IsHttp1)
            {
                // What follows the request may be frames.
                Response.Headers.Connection = "close";
            }
        }

        await output.Writer.WriteAsync(body);
        if (!moreBody)
        {
            await output.CompleteAsync();
        }
    }

    void IWebSocketConnection.Abort() => Lifetime.Abort();

    void IWebSocketConnection.OnSessionEnded() => OnSessionEnded();

    void IWebSocketHost.OnAnswered(WebSocketScope scope, string answer)
    {
        if (Mount.Host.Log.IsAccessEnabled)
        {
            Mount.Host.Log.AccessWebSocket(scope, answer);
        }
    }

    void IWebSocketHost.OnAppFailed(WebSocketScope scope, string outcome, Exception failure) => Mount.Host.Log.AppFailed(scope, outcome, failure);

    void IWebSocketHost.OnClientLeft(WebSocketScope scope) => Mount.Host.Log.ClientLeft(scope);

    void IWebSocketHost.OnFault(WebSocketScope scope, WebSocketFault fault) => Mount.Host.Log.WebSocketFailed(scope, fault.CloseCode(), fault.Text());

    /// <summary>Answers the handshake and opens the session. The app's headers are in the response.</summary>
    private protected abstract ValueTask<IWebSocketSession> OpenAsync(string? subprotocol);

    /// <summary>Nothing more is read or written; the app may still run.</summary>
    private protected virtual void OnSessionEnded() { }

    /// <summary>The WebSocket is over, and the app's task.</summary>
    private protected virtual ValueTask EndAsync() => default;
}
