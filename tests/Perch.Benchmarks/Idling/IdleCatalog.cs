using Perch.Benchmarks.Comparing;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Idling;

/// <summary>What idles.</summary>
internal static class IdleCatalog
{
    /// <summary>What an idle connection may take at most of what one takes on Kestrel's HTTP stack.</summary>
    private const double Goal = 0.5;

    private const int WarmUpConnections = 64;

    /// <summary>What is on Kestrel's HTTP stack.</summary>
    private static readonly ServerKind[] Stacks = [ServerCatalog.HttpApplication, ServerCatalog.MinimalApi];

    /// <summary>What is compared with it.</summary>
    private static readonly ServerKind[] Paths = [ServerCatalog.Raw, ServerCatalog.Bare, ServerCatalog.RawLoops, ServerCatalog.BareLoops];

    /// <summary>Keep-alive connections that have had one answer.</summary>
    internal static readonly IdleScenario Http = new(
        ScenarioCatalog.Hello(WarmUpConnections) with { Name = "http", Title = "idle keep-alive connections" },
        [.. Stacks, .. Paths],
        [.. from path in Paths from stack in Stacks select new Pair(path, stack, Goal)]);

    /// <summary>WebSockets that have had one message back.</summary>
    internal static readonly IdleScenario WebSockets = new(
        ScenarioCatalog.WebSocketEcho(32, "32 bytes", WarmUpConnections, depth: 1) with { Name = "websockets", Title = "idle WebSockets" },
        ServerCatalog.WebSockets,
        [.. ServerCatalog.WebSockets.Skip(1).Select(server => new Pair(server, ServerCatalog.AspNetCoreWebSockets, Goal))]);

    internal static readonly IReadOnlyList<IdleScenario> All = [Http, WebSockets];
}
