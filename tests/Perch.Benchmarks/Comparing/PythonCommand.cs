using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>Python apps on Perch beside uvicorn, with as many workers.</summary>
internal static class PythonCommand
{
    /// <summary>CPU, where 1.25 times the requests are wanted of the same core.</summary>
    private const double Goal = 1 / 1.25;

    internal static int Run(ReadOnlyMemory<string> args)
    {
        var options = new ComparisonOptions("python [options]", rounds: 15, TimeSpan.FromSeconds(0.5));
        if (!options.Parse(args.Span))
        {
            return 0;
        }

        if (PythonServers.Absence is { } absence)
        {
            Console.Error.WriteLine($"Nothing to compare: {absence}.");
            return 1;
        }

        return ComparisonCommand.Run(
            new Comparison(
                "python",
                [
                    ScenarioCatalog.Hello(options.Connections),
                    ScenarioCatalog.Starlette(options.Connections),
                    ScenarioCatalog.FastApi(options.Connections),
                    ScenarioCatalog.Echo(options.Connections),
                    ScenarioCatalog.WebSocketEcho(32, "32 bytes", options.Connections, 1),
                ],
                ServerCatalog.Python,
                [new(ServerCatalog.PythonOne, ServerCatalog.UvicornOne, Goal), new(ServerCatalog.PythonTwo, ServerCatalog.UvicornTwo, Goal)]),
            options,
            args.Span);
    }
}
