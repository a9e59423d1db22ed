using Perch;
using Perch.Server;

// The server alone: a console program, no ASP.NET Core host to set up. What the environment says counts over what is set here.
await using GatewayServer server = GatewayServer.Create(Apps.Hello, options =>
{
    options.Binding.Port = 8000;
    options.Http.Server = GatewayHttp.Perch;
    options.Timeouts.GracefulShutdown = TimeSpan.FromSeconds(30);
    options.ReadEnvironment();
});
await server.RunAsync();

/// <summary>The command runs it as well: <c>perch run Standalone.csproj:Apps.Hello</c>.</summary>
internal static class Apps
{
    internal static async Task Hello(Scope scope, Receive receive, Send send)
    {
        if (scope is not HttpScope) throw new UnsupportedScopeException(scope);
        await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
        await send(new HttpResponseBody("Hello, World!"u8));
    }
}
