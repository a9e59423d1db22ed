using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>What the gateway interface costs on Kestrel's HTTP stack: each mount beside what it stands in for.</summary>
internal static class AdapterCommand
{
    private const double Goal = 1.05;

    private static readonly ServerKind[] Servers =
    [
        ServerCatalog.GatewayServer, ServerCatalog.HttpApplication, ServerCatalog.UseGateway, ServerCatalog.RequestDelegate,
        ServerCatalog.MapGateway, ServerCatalog.CatchAll, ServerCatalog.Endpoint, ServerCatalog.MinimalApi,
    ];

    internal static int Run(ReadOnlyMemory<string> args)
    {
        var options = new ComparisonOptions("adapter [options]", rounds: 25, TimeSpan.FromSeconds(0.25));
        return options.Parse(args.Span)
            ? ComparisonCommand.Run(
                new Comparison(
                    "adapter",
                    [ScenarioCatalog.Hello(options.Connections), ScenarioCatalog.HelloPipelined(options.Connections, options.Pipeline)],
                    Servers,
                    [
                        new(ServerCatalog.GatewayServer, ServerCatalog.HttpApplication, Goal),
                        new(ServerCatalog.UseGateway, ServerCatalog.RequestDelegate, Goal),
                        new(ServerCatalog.MapGateway, ServerCatalog.CatchAll, Goal),
                        new(ServerCatalog.MapGateway, ServerCatalog.Endpoint, null),
                        new(ServerCatalog.MapGateway, ServerCatalog.MinimalApi, Goal),
                    ]),
                options,
                args.Span)
            : 0;
    }
}
