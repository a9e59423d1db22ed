using Perch.Http;

namespace Conformance.CommandLine;

/// <summary>What the command line says.</summary>
internal sealed record ConformanceOptions
{
    /// <summary>The port of HTTP without TLS; 0 picks one. Defaults to 8123.</summary>
    internal int Port { get; init; } = 8123;

    /// <summary>The port of HTTPS; 0 picks one. Defaults to null: none.</summary>
    internal int? HttpsPort { get; init; }

    /// <summary>The host that the app runs on. Defaults to <c>kestrel</c>.</summary>
    internal string Http { get; init; } = "kestrel";

    /// <summary>Who speaks the WebSocket protocol. Defaults to <c>perch</c>.</summary>
    internal WebSocketEngineKind WebSockets { get; init; } = WebSocketEngineKind.Perch;

    /// <summary>Whether the sockets are on Perch's event loops (<c>--transport epoll</c>). Defaults to false: on ASP.NET Core's sockets.</summary>
    internal bool IsOnEpoll { get; init; }

    /// <summary>The limits and options to set, in order.</summary>
    internal IReadOnlyList<Setting> Settings { get; init; } = [];
}
