using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>Echo over WebSockets: every way to serve it beside ASP.NET Core's own.</summary>
internal static class WebSocketsCommand
{
    private const double Goal = 0.6;

    private static readonly (int Bytes, string Title, int Depth)[] Messages =
    [
        (32, "32 bytes", 16),
        (1024, "1 KB", 16),
        (64 * 1024, "64 KB", 4),
    ];

    private static readonly int[] Connections = [16, 256];

    internal static int Run(ReadOnlyMemory<string> args)
    {
        var options = new ComparisonOptions("websockets [options]", rounds: 15, TimeSpan.FromSeconds(0.25), load: false);
        return options.Parse(args.Span)
            ? ComparisonCommand.Run(
                new Comparison(
                    "websockets",
                    [
                        .. from message in Messages
                           from connections in Connections
                           from depth in new[] { 1, message.Depth }
                           select ScenarioCatalog.WebSocketEcho(message.Bytes, message.Title, connections, depth),
                    ],
                    ServerCatalog.WebSockets,
                    [.. ServerCatalog.WebSockets.Skip(1).Select(server => new Pair(server, ServerCatalog.AspNetCoreWebSockets, Goal))]),
                options,
                args.Span)
            : 0;
    }
}
