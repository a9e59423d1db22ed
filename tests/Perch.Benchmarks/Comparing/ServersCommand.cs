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
    ];

    internal static int Run(ReadOnlyMemory<string> args)
    {
        var options = new ComparisonOptions("servers [options]", rounds: 15, TimeSpan.FromSeconds(0.25));
        return options.Parse(args.Span)
            ? ComparisonCommand.Run(
                new Comparison(
                    "servers",
                    [
                        ScenarioCatalog.Hello(options.Connections),
                        ScenarioCatalog.HelloPipelined(options.Connections, options.Pipeline),
                        ScenarioCatalog.Echo(options.Connections),
                        ScenarioCatalog.Download(options.Connections),
                        ScenarioCatalog.Chunks(options.Connections),
                    ],
                    Servers,
                    [.. Servers.Skip(1).Select(server => new Pair(server, ServerCatalog.HttpApplication, null))]),
                options,
                args.Span)
            : 0;
    }
}
