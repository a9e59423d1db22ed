using Perch.Http.Connections;
using Perch.Http.Parsing;

namespace Perch.Http;

/// <summary>How the raw path serves HTTP/1.1. Binds from configuration.</summary>
public sealed class HttpGatewayOptions
{
    /// <summary>Limits on everything that a client can make grow, and time-outs.</summary>
    public HttpGatewayLimits Limits { get; } = new();

    /// <summary>
    /// The parser of request heads. Defaults to <see cref="HttpParserKind.Perch"/>. The others are there to be compared with it: what they
    /// let through is theirs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public HttpParserKind Parser { get; set => field = OptionValue.Defined(value); } = HttpParserKind.Perch;

    /// <summary>
    /// Who speaks the WebSocket protocol. Defaults to <see cref="WebSocketEngineKind.Perch"/>; <see cref="WebSocketEngineKind.None"/> serves a request
    /// for a WebSocket as any other.
    /// </summary>
    /// <exception cref="ArgumentException"><see cref="WebSocketEngineKind.System"/>: it needs Kestrel's HTTP stack.</exception>
    public WebSocketEngineKind WebSocketEngine
    {
        get;
        set => field = value switch
        {
            WebSocketEngineKind.Perch or WebSocketEngineKind.None => value,
            WebSocketEngineKind.System => throw new ArgumentException(
                "ASP.NET Core's WebSockets need Kestrel's HTTP stack: on the raw path there is Perch's own engine, or none.", nameof(value)),
            _ => throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such WebSocket engine."),
        };
    } = WebSocketEngineKind.Perch;

    /// <summary>Limits, time-outs and compression of WebSockets.</summary>
    public WebSocketGatewayOptions WebSockets { get; } = new();

    /// <summary>Whether answers have a <c>server: perch</c> field. Defaults to true, as Kestrel's <c>AddServerHeader</c>.</summary>
    public bool ServerHeader { get; set; } = true;

    /// <summary>Whether answers have a <c>date</c> field. Defaults to true, as uvicorn's <c>--date-header</c> (RFC 9110 §6.6.1).</summary>
    public bool DateHeader { get; set; } = true;

    /// <summary>Told of each request that is answered without the app. Null for nobody.</summary>
    internal Action<RefusedRequest>? OnRefused { get; set; }

    /// <summary>The <c>root_path</c> of the scope, for a server behind a proxy that strips it. Defaults to none, as uvicorn's <c>--root-path</c>.</summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, or it ends with one.</exception>
    public string RootPath { get; set => field = OptionValue.RootPath(value); } = "";
}
