using Perch.Benchmarks.Cli;
using Perch.Shared;

namespace Perch.Benchmarks.Serving;

/// <summary>All servers.</summary>
internal static class ServerCatalog
{
    internal static readonly ServerKind GatewayServer = new("gateway-server", "gateway, UseGatewayServer", KestrelServers.GatewayServerAsync);
    internal static readonly ServerKind HttpApplication = new("http-application", "bare IHttpApplication<T>", KestrelServers.HttpApplicationAsync);
    internal static readonly ServerKind UseGateway = new("use-gateway", "gateway, UseGateway", KestrelServers.UseGatewayAsync);
    internal static readonly ServerKind RequestDelegate = new("request-delegate", "RequestDelegate, app.Run", KestrelServers.RequestDelegateAsync);
    internal static readonly ServerKind MapGateway = new("map-gateway", "gateway, MapGateway", KestrelServers.MapGatewayAsync);
    internal static readonly ServerKind Endpoint = new("endpoint", "RequestDelegate endpoint", KestrelServers.EndpointAsync);
    internal static readonly ServerKind CatchAll = new("catch-all", "catch-all endpoint", KestrelServers.CatchAllAsync);
    internal static readonly ServerKind MinimalApi = new("minimal-api", "minimal API", KestrelServers.MinimalApiAsync);
    internal static readonly ServerKind Raw = new("raw", "gateway, raw path", RawServers.OnKestrelAsync);
    internal static readonly ServerKind RawKestrelParser = new("raw-kestrel-parser", "raw path, Kestrel's parser", RawServers.WithKestrelParserAsync);
    internal static readonly ServerKind RawLlhttpParser = new("raw-llhttp-parser", "raw path, llhttp", RawServers.WithLlhttpParserAsync);
    internal static readonly ServerKind Bare = new("bare", "gateway, bare listener", RawServers.BareAsync);

    internal static readonly ServerKind KestrelLoops = new("kestrel-loops", "Kestrel, event loops", KestrelServers.HttpApplicationOnLoopsAsync);
    internal static readonly ServerKind RawLoops = new("raw-loops", "raw path, event loops", RawServers.OnLoopsAsync);
    internal static readonly ServerKind BareLoops = new("bare-loops", "bare listener, event loops", RawServers.BareOnLoopsAsync);

    internal static readonly ServerKind AspNetCoreWebSockets = new("aspnetcore-websockets", "ASP.NET Core, UseWebSockets", WebSocketServers.AspNetCoreAsync);
    internal static readonly ServerKind SystemWebSockets = new("gateway-websockets-system", "gateway, system engine", WebSocketServers.SystemEngineAsync);
    internal static readonly ServerKind PerchWebSockets = new("gateway-websockets", "gateway, own engine", WebSocketServers.PerchEngineAsync);

    internal static readonly ServerKind PythonOne = new("python", "raw path, 1 worker", PythonServers.RawPath(1));
    internal static readonly ServerKind PythonTwo = new("python-2", "raw path, 2 workers", PythonServers.RawPath(2));
    internal static readonly ServerKind PythonSocketsOne = new("python-sockets", "raw path, sockets, 1 worker", PythonServers.RawPathOnSockets(1));
    internal static readonly ServerKind PythonSocketsTwo = new("python-sockets-2", "raw path, sockets, 2 workers", PythonServers.RawPathOnSockets(2));
    internal static readonly ServerKind PythonKestrelOne = new("python-kestrel", "Kestrel, 1 worker", PythonServers.Kestrel(1));
    internal static readonly ServerKind PythonKestrelTwo = new("python-kestrel-2", "Kestrel, 2 workers", PythonServers.Kestrel(2));
    internal static readonly ServerKind UvicornOne = new("uvicorn", "uvicorn, 1 worker", PythonServers.Uvicorn(1));
    internal static readonly ServerKind UvicornTwo = new("uvicorn-2", "uvicorn, 2 workers", PythonServers.Uvicorn(2));

    /// <summary>Those that serve Python apps with one worker.</summary>
    internal static readonly IReadOnlyList<ServerKind> PythonOneWorker = [UvicornOne, PythonOne, PythonKestrelOne, PythonSocketsOne];

    /// <summary>Those that serve Python apps.</summary>
    internal static readonly IReadOnlyList<ServerKind> Python = [.. PythonOneWorker, UvicornTwo, PythonTwo, PythonKestrelTwo, PythonSocketsTwo];

    /// <summary>Those that serve WebSockets; the first is what the others are compared with.</summary>
    internal static readonly IReadOnlyList<ServerKind> WebSockets = [AspNetCoreWebSockets, SystemWebSockets, PerchWebSockets, Raw, Bare, RawLoops, BareLoops];

    internal static readonly IReadOnlyList<ServerKind> All =
        [Raw, RawKestrelParser, RawLlhttpParser, Bare, KestrelLoops, RawLoops, BareLoops, GatewayServer, HttpApplication, UseGateway, RequestDelegate, MapGateway, CatchAll, Endpoint, MinimalApi,
            AspNetCoreWebSockets, SystemWebSockets, PerchWebSockets, .. Python];

    /// <summary>Those of some servers that this machine can run; a line on standard error says which it cannot, and why.</summary>
    internal static IReadOnlyList<ServerKind> Runnable(IReadOnlyList<ServerKind> kinds)
    {
        if (!kinds.Contains(RawLlhttpParser) || LlhttpBuild.Absence is not { } absence)
        {
            return kinds;
        }

        Console.Error.WriteLine($"Without {RawLlhttpParser.Name}: {absence}.");
        return [.. kinds.Where(kind => kind != RawLlhttpParser)];
    }

    internal static ServerKind Find(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new UsageException($"There is no server '{name}'; it is one of {string.Join(", ", All.Select(known => known.Name))}.");
}
