using Perch.Messages;
using Perch.Testing.Hosting;

namespace Perch.Testing.Communicator;

/// <summary>The order of messages of a scope, whatever its kind, as the communicator needs it.</summary>
internal sealed class MessageGate
{
    private readonly HttpMessageOrder? _http;
    private readonly WebSocketMessageOrder? _webSocket;
    private readonly LifespanMessageOrder? _lifespan;
    private readonly TcpMessageOrder? _tcp;

    internal MessageGate(Scope values, OfferedExtensions offered)
    {
        switch (values)
        {
            case HttpScope http:
                _http = new HttpMessageOrder();
                _http.Begin(http.Method == "HEAD", offered);
                break;
            case WebSocketScope socket:
                _webSocket = new WebSocketMessageOrder(offered, socket.Subprotocols);
                break;
            case LifespanScope:
                _lifespan = new LifespanMessageOrder();
                break;
            default:
                _tcp = new TcpMessageOrder();
                break;
        }
    }

    internal string StateName => _http?.StateName ?? _webSocket?.StateName ?? _lifespan?.StateName
        ?? (_tcp!.IsClosed ? "closed" : _tcp.IsShutDown ? "shut down" : "open");

    /// <summary>Nothing more can be sent: what the app still sends is its own fault and not for want of a client.</summary>
    internal bool IsOver => _http is { IsComplete: true } || _webSocket is { IsClosed: true } || _tcp is { IsClosed: true };

    /// <summary>What the app receives when the client is lost: of a lifespan null, which nobody leaves.</summary>
    internal GatewayEvent? Disconnect =>
        _http is not null ? HttpDisconnect.Instance :
        _webSocket is not null ? new WebSocketDisconnect(1006) :
        _tcp is not null ? TcpDisconnect.Instance : null;

    /// <summary>Takes a message of the app.</summary>
    /// <returns>What the app receives from now on, if the message ended the conversation.</returns>
    /// <exception cref="GatewayProtocolException">The message is refused.</exception>
    internal GatewayEvent? Accept(GatewayEvent message)
    {
        if (_http is not null)
        {
            using FileBody? file = FileBody.Open(message);
            _http.Accept(message, file?.Length ?? 0);
            return _http.IsComplete ? HttpDisconnect.Instance : null;
        }

        if (_webSocket is not null)
        {
            bool wasOpen = _webSocket.IsOpen;
            _webSocket.Accept(message);
            return !_webSocket.IsClosed ? null :
                wasOpen && message is WebSocketClose close ? new WebSocketDisconnect(close.Code, close.Reason) : new WebSocketDisconnect(1006);
        }

        if (_tcp is not null)
        {
            _tcp.Accept(message);
            return _tcp.IsClosed ? TcpDisconnect.Instance : null;
        }

        _lifespan!.Accept(message);
        return null;
    }

    /// <summary>The app receives an event.</summary>
    internal void Handing(GatewayEvent message)
    {
        switch (message)
        {
            case LifespanStartup:
                _lifespan!.StartupReceived();
                break;
            case LifespanShutdown:
                _lifespan!.ShutdownReceived();
                break;
        }
    }

    /// <summary>An event of the test as one of the host's own: its memory is the app's only until the next <c>receive</c>.</summary>
    /// <exception cref="ArgumentException">It is not an event that an app receives in this kind of scope.</exception>
    internal GatewayEvent ForApp(GatewayEvent message) => message switch
    {
        HttpRequestBody body when _http is not null => new HttpRequestBody(body.Body.ToArray(), body.MoreBody),
        WebSocketReceive receive when _webSocket is not null => new WebSocketReceive(receive.Data.ToArray(), receive.IsText),
        TcpReceive receive when _tcp is not null => new TcpReceive(receive.Data.ToArray(), receive.MoreData),
        HttpDisconnect when _http is not null => message,
        WebSocketConnect or WebSocketDisconnect when _webSocket is not null => message,
        TcpDisconnect when _tcp is not null => message,
        LifespanStartup or LifespanShutdown when _lifespan is not null => message,
        _ => throw new ArgumentException($"{message.Type} is not an event that an app receives in this kind of scope.", nameof(message)),
    };
}
