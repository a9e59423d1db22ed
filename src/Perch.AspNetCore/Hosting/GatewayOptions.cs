using Microsoft.AspNetCore.Http.Features;
using Perch.Http;
using Perch.Http.Parsing;

namespace Perch.AspNetCore;

/// <summary>How gateway apps run in an ASP.NET Core host. Binds from configuration.</summary>
public sealed class GatewayOptions
{
    /// <summary>Whether apps are started and stopped by the lifespan protocol. Defaults to <see cref="LifespanMode.Auto"/>, as uvicorn's <c>--lifespan</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public LifespanMode Lifespan { get; set => field = OptionValue.Defined(value); } = LifespanMode.Auto;

    /// <summary>
    /// Whether each request of a gateway app is logged, as Information in the category <c>Perch.Access</c>. Defaults to false, as ASP.NET
    /// Core's own request log.
    /// </summary>
    public bool AccessLog { get; set; }

    /// <summary>
    /// Whether Kestrel reads and writes header values as Latin-1, so that apps get and send every byte as it is. It holds for the whole
    /// server: other endpoints see Latin-1 as well, where Kestrel by itself reads UTF-8 and answers 400 to anything else. Defaults to true.
    /// </summary>
    public bool Latin1Headers { get; set; } = true;

    /// <summary>
    /// Whether scopes and events are reused from request to request. Without, one that is used after its time always throws, and each
    /// request allocates about a kilobyte. Defaults to null: reused except in the Development environment and in Debug builds of Perch.
    /// </summary>
    public bool? ReuseScopes { get; set; }

    /// <summary>
    /// What a proxy strips from the path before it gets here: the <c>root_path</c> of every scope begins with it, and so does <c>path</c>.
    /// Defaults to none, as uvicorn's <c>--root-path</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, or it ends with one.</exception>
    public string RootPath { get; set => field = OptionValue.RootPath(value); } = "";

    /// <summary>
    /// Who speaks the WebSocket protocol. Defaults to <see cref="WebSocketEngineKind.Perch"/>. A server that hands over no stream but a WebSocket of
    /// its own, as an in-memory test server, has its own used in any case but <see cref="WebSocketEngineKind.None"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public WebSocketEngineKind WebSocketEngine { get; set => field = OptionValue.Defined(value); } = WebSocketEngineKind.Perch;

    /// <summary>Limits, time-outs and compression of WebSockets.</summary>
    public WebSocketGatewayOptions WebSockets { get; } = new();

    /// <summary>Told of each handshake of a WebSocket that is refused without the app, and why. Null for nobody.</summary>
    internal Action<IFeatureCollection, RejectReason>? OnRefused { get; set; }
}
