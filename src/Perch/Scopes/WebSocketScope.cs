namespace Perch;

/// <summary>The scope of a WebSocket: ASGI's <c>websocket</c>, version 2.5.</summary>
public sealed class WebSocketScope : RequestScope
{
    private readonly IReadOnlyList<string>? _subprotocols;

    /// <summary>Creates a scope of your own, for a test or to call another app.</summary>
    public WebSocketScope() : base(ScopeSource.Defaults) { }

    /// <summary>Creates a copy, to be handed on with changes: <c>new WebSocketScope(ws) { Path = "/x" }</c>.</summary>
    public WebSocketScope(WebSocketScope original) : base(original) => _subprotocols = original._subprotocols;

    internal WebSocketScope(ScopeSource source) : base(source) { }

    /// <inheritdoc/>
    public override string Type => "websocket";

    /// <summary>The subprotocols that the client offers, in its order of preference (RFC 6455 §11.3.4).</summary>
    public IReadOnlyList<string> Subprotocols
    {
        get => _subprotocols ?? Source.Subprotocols;
        init => _subprotocols = value;
    }

    private protected override string DefaultScheme => "ws";

    /// <summary>A copy with memory of its own, to be kept after the app's task has ended. It is never disconnected.</summary>
    public WebSocketScope Detach() => new()
    {
        HttpVersion = HttpVersion,
        Scheme = Scheme,
        Path = Path,
        RawPath = RawPath.ToArray(),
        QueryString = QueryString.ToArray(),
        RootPath = RootPath,
        Headers = Headers.Copy(),
        Client = Client,
        Server = Server,
        Subprotocols = Subprotocols,
        Extensions = Extensions,
        State = State,
    };
}
