using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Scenarios;
using Perch.Benchmarks.Serving;

namespace Perch.Benchmarks.Comparing;

/// <summary>Python apps on Perch beside uvicorn, with as many workers.</summary>
internal static class PythonCommand
{
    internal static int Run(ReadOnlyMemory<string> args)
    {
        bool free = false;
        var options = new ComparisonOptions("python [options]", rounds: 15, TimeSpan.FromSeconds(0.5));
        if (!options.Parse(args.Span, own => own.Flag("--free", "pins nothing: hosts, workers and client share all cores, for requests a second; each measurement has new connections", () => free = true)))
        {
            return 0;
        }

        if (PythonServers.Absence is { } absence)
        {
            Console.Error.WriteLine($"Nothing to compare: {absence}.");
            return 1;
        }

        if (free)
        {
            Cores.Join();
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
                free ? ServerCatalog.Python : ServerCatalog.PythonOneWorker,
                [
                    new(ServerCatalog.PythonOne, ServerCatalog.UvicornOne, null),
                    new(ServerCatalog.PythonKestrelOne, ServerCatalog.UvicornOne, null),
                    new(ServerCatalog.PythonSocketsOne, ServerCatalog.UvicornOne, null),
                    new(ServerCatalog.PythonTwo, ServerCatalog.UvicornTwo, null),
                    new(ServerCatalog.PythonKestrelTwo, ServerCatalog.UvicornTwo, null),
                    new(ServerCatalog.PythonSocketsTwo, ServerCatalog.UvicornTwo, null),
                ])
            {
                Reconnects = free,
                WriteMore = PythonText.Write,
            },
            options,
            args.Span);
    }
}
