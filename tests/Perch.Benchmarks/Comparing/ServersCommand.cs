using Perch.Benchmarks.Capturing;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>Every server beside the least that Kestrel's HTTP stack can do, in every scenario.</summary>
internal static class ServersCommand
{
    private static readonly ServerKind[] Servers =
    [
        ServerCatalog.HttpApplication, ServerCatalog.RequestDelegate, ServerCatalog.MinimalApi, ServerCatalog.GatewayServer, ServerCatalog.UseGateway,
        ServerCatalog.Raw, ServerCatalog.RawKestrelParser, ServerCatalog.RawLlhttpParser, ServerCatalog.Bare,
        ServerCatalog.KestrelLoops, ServerCatalog.RawLoops, ServerCatalog.BareLoops,
    ];

    internal static int Run(ReadOnlyMemory<string> args)
    {
        var options = new ComparisonOptions("servers [options]", rounds: 15, TimeSpan.FromSeconds(0.25));
        IReadOnlyList<CapturedRequest>? captured = null;
        return options.Parse(args.Span, own => own.Text("--requests", "FILE", "these requests instead of the built-in ones", file => captured = CapturedFile.Read(file)))
            ? ComparisonCommand.Run(
                new Comparison(
                    "servers",
                    captured is null ? BuiltIn(options) : Captured(captured, options),
                    Servers,
                    [.. Servers.Skip(1).Select(server => new Pair(server, ServerCatalog.HttpApplication, null))]),
                options,
                args.Span)
            : 0;
    }

    private static IReadOnlyList<Scenario> BuiltIn(ComparisonOptions options) =>
    [
        ScenarioCatalog.Hello(options.Connections),
        ScenarioCatalog.HelloPipelined(options.Connections, options.Pipeline),
        ScenarioCatalog.Echo(options.Connections),
        ScenarioCatalog.Download(options.Connections),
        ScenarioCatalog.Chunks(options.Connections),
    ];

    private static IReadOnlyList<Scenario> Captured(IReadOnlyList<CapturedRequest> requests, ComparisonOptions options) =>
        [ScenarioCatalog.Captured(requests, options.Connections, depth: 1), ScenarioCatalog.Captured(requests, options.Connections, options.Pipeline)];
}
