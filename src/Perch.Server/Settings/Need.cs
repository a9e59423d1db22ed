namespace Perch.Server.Settings;

/// <summary>What a setting means nothing without.</summary>
/// <param name="Text">It, after "needs".</param>
/// <param name="IsMet">Whether it is there.</param>
internal sealed record Need(string Text, Func<GatewayServerOptions, bool> IsMet)
{
    internal static readonly Need Certificate = new("--ssl-certfile", static o => o.Tls.IsOn);
    internal static readonly Need WebSockets = new("--ws perch or system", static o => o.WebSocketEngine != Perch.Http.WebSocketEngineKind.None);
    internal static readonly Need OwnWebSockets = new("--ws perch", static o => o.WebSocketEngine == Perch.Http.WebSocketEngineKind.Perch);
    internal static readonly Need Pings = new("--ws-ping-interval above 0", static o => o.WebSockets.PingInterval > TimeSpan.Zero);
    internal static readonly Need Host = new("--host beside --uds and --fd", static o =>
        o.Binding.HasOwnHosts || (o.Binding.UnixSockets.Count == 0 && o.Binding.FileDescriptors.Count == 0));
    internal static readonly Need UnixSocket = new("--uds", static o => o.Binding.UnixSockets.Count > 0);
    internal static readonly Need SeparateKey = new("a PEM certificate (a PFX file has its key)", static o => !o.Tls.IsPfx);
    internal static readonly Need ClientCertificates = new("--ssl-cert-reqs optional or required", static o => o.Tls.ClientCertificate != ClientCertificate.None);
    internal static readonly Need Reload = new("--reload", static o => o.Reload.IsOn);
    internal static readonly Need Proxies = new("--proxy-headers or --proxy-protocol", static o => o.Proxy.Headers || o.Proxy.Protocol);
    internal static readonly Need MaxRequests = new("--limit-max-requests", static o => o.Limits.MaxRequests is not null);

    /// <summary>The raw path gives what is left of a refused request as long; Kestrel does not.</summary>
    internal static readonly Need Rates = new("--limit-request-body-rate or --limit-response-rate above 0", static o =>
        o.Http.Server != GatewayHttp.Kestrel || o.Limits.RequestBodyRate > 0 || o.Limits.ResponseRate > 0);

    /// <summary>A process has QUIC's port to itself.</summary>
    internal static readonly Need OneProcess = new("--workers 1", static o => o.Processes.Workers == 1);

    /// <summary>No balancer puts its header before QUIC.</summary>
    internal static readonly Need NoProxyProtocol = new("--no-proxy-protocol", static o => !o.Proxy.Protocol);
    internal static readonly Need EventLoops = EventLoopsIf(Transport.EventLoopTransportFactory.IsSupported);
    internal static readonly Need EventLoopTransport = new("--transport epoll", static o => Binding.ServerTransport.Of(o.Binding) == GatewayTransport.Epoll);
    internal static readonly Need Quic = new("QUIC on this machine (libmsquic)", static _ => IsQuicThere);

    /// <summary>What <c>--transport epoll</c> needs, on a machine that has event loops or not.</summary>
    internal static Need EventLoopsIf(bool isSupported) => new("Linux on x64 or ARM64 for epoll", o => isSupported || o.Binding.Transport != GatewayTransport.Epoll);

    private static bool IsQuicThere =>
        (OperatingSystem.IsLinux() || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()) && System.Net.Quic.QuicListener.IsSupported;
}
