using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Perch.AspNetCore.Http;
using Perch.AspNetCore.Lifespan;
using Perch.AspNetCore.Logging;
using Perch.AspNetCore.WebSockets;

namespace Perch.AspNetCore;

/// <summary>What all gateway apps of one host share.</summary>
internal sealed class GatewayHost
{
    private readonly LifespanService _lifespans;

    public GatewayHost(
        IOptions<GatewayOptions> options,
        IOptions<KestrelServerOptions> kestrel,
        IHostEnvironment environment,
        IHostApplicationLifetime lifetime,
        ILoggerFactory loggers,
        LifespanService lifespans,
        TimeProvider? time = null)
    {
        Options = options.Value;
        _lifespans = lifespans;
        Time = time ?? TimeProvider.System;
        IsDevelopment = environment.IsDevelopment();
        ReuseScopes = Options.ReuseScopes ?? (!IsDevelopment && !IsDebugBuild);
        HeaderEncodings = new HeaderEncodings(kestrel.Value.RequestHeaderEncodingSelector);
        Log = new GatewayLog(loggers, Options.AccessLog);
        WebSockets = new WebSocketRequests(Options, lifetime, loggers);
    }

    internal GatewayOptions Options { get; }

    internal bool IsDevelopment { get; }

    internal bool ReuseScopes { get; }

    internal HeaderEncodings HeaderEncodings { get; }

    internal GatewayLog Log { get; }

    internal TimeProvider Time { get; }

    internal WebSocketRequests WebSockets { get; }

    /// <summary>The requests and WebSockets that run now; a test sees by it that none is lost.</summary>
    internal int Running => Volatile.Read(ref RunningCount);

    /// <summary>Counted up and down by each exchange.</summary>
    internal int RunningCount;

    private static bool IsDebugBuild =>
#if DEBUG
        true;
#else
        false;
#endif

    /// <summary>Makes an app part of the host, with its lifespan; an app that is mounted twice has one.</summary>
    internal GatewayMount Mount(GatewayApp app, RoutePrefix prefix) => new(this, app, _lifespans.Add(app), prefix);
}
