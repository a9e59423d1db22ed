using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Perch.AspNetCore.Tests.Support;

/// <summary>What a test wants of its host; what it leaves out is as in production.</summary>
internal sealed record TestServerOptions
{
    internal string Environment { get; init; } = "Production";

    internal Action<GatewayOptions>? Gateway { get; init; }

    internal Action<WebApplicationBuilder>? Builder { get; init; }

    internal Action<KestrelServerOptions>? Kestrel { get; init; }

    /// <summary>Sets the endpoint. Defaults to HTTP/1.1 and HTTP/2 on one port, without TLS.</summary>
    internal Action<ListenOptions>? Listen { get; init; }

    /// <summary>Replaces the endpoint, for a Unix socket or several.</summary>
    internal Action<KestrelServerOptions>? Endpoints { get; init; }

    internal string[] Arguments { get; init; } = [];
}
