using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Perch.Http.Engine;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Framing;
using Perch.Http.WebSockets.Handshake;

namespace Perch.Http.Connections;

/// <summary>A connection that becomes a WebSocket: from the handshake on, the pipes are the session's. HTTP's time-outs are over then.</summary>
internal sealed partial class Http1Connection : IWebSocketHost
{
    private WebSocketExchange? _webSocket;
    private RequestSource? _upgraded;
    private TaskCompletionSource? _outputEnd;

    CancellationToken IWebSocketHost.ClientGone => _connection.ConnectionClosed;

    bool IWebSocketHost.HasAnswered => Engine.HasHeadOut;

    [SuppressMessage("Reliability", "CA2000", Justification = "The exchange disposes of the session that it asked for.")]
    async ValueTask<IWebSocketSession> IWebSocketHost.AcceptAsync(WebSocketAccept accept)
    {
        HandshakeAnswer answer = Engine.WriteUpgrade(accept, _output);
        await FlushAsync();
        var session = new WebSocketSession(_connection.Transport, _gateway.Options.WebSockets, answer.Deflate, _gateway.Time, this);
        session.Start();

        // It may stay for days: what only requests need is not kept that long.
        _upgraded = Engine.Source;
        _rented = null;
        return session;
    }

    ValueTask IWebSocketHost.DenyAsync(ResponseHead head, ReadOnlyMemory<byte> body, bool moreBody)
    {
        Engine.WriteDenial(head, body, moreBody, _output);
        return FlushAsync();
    }

    void IWebSocketConnection.Abort() => _connection.Abort(new ConnectionAbortedException("The WebSocket is aborted."));

    void IWebSocketHost.OnAnswered(WebSocketScope scope, string answer) => _gateway.Log.WebSocketAnswered(scope, answer);

    void IWebSocketHost.OnAppFailed(WebSocketScope scope, string outcome, Exception failure) => _gateway.Log.AppFailed(scope, outcome, failure);

    void IWebSocketHost.OnClientLeft(WebSocketScope scope) => _gateway.Log.ClientLeft(scope);

    void IWebSocketHost.OnFault(WebSocketScope scope, WebSocketFault fault) => _gateway.Log.WebSocketFailed(scope, fault);

    ValueTask IWebSocketHost.EndAsync() => default;

    /// <summary>RFC 6455 §7.1.1: the server closes the connection first, and at once: not when the app's task comes to its end.</summary>
    void IWebSocketConnection.OnSessionEnded() => _ = CompleteOutputAsync(fault: null);

    /// <summary>By the end of the session and by the connection's, on two threads: a writer over a stream, as with TLS, is for one at a time.</summary>
    /// <returns>When it is done, whoever came first.</returns>
    private async Task CompleteOutputAsync(Exception? fault)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _outputEnd, end, null) is { } first)
        {
            await first.Task;
            return;
        }

        try
        {
            await _output.CompleteAsync(fault);
            if (fault is null && _connection.Features.Get<TlsEnd>() is { } tls)
            {
                using (_gateway.WatchEnd(_connection))
                {
                    await tls.TellAsync();
                }
            }
        }
        finally
        {
            end.SetResult();
        }
    }

    /// <summary>Runs the app. The connection is over after it.</summary>
    private Task RunWebSocketAsync()
    {
        // What has come behind the head stays in the pipe, not looked at: it is the session's.
        _input.AdvanceTo(_buffer.Start);
        _hasBuffer = false;
        WebSocketExchange exchange = Engine.OpenWebSocket(this);
        lock (_gate)
        {
            _webSocket = exchange;
        }

        if (_facts.IsStopping)
        {
            exchange.Stop();
        }

        return exchange.RunAsync(_gateway.App);
    }
}
