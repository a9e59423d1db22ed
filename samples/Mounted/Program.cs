using Perch;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddGateway();
var web = builder.Build();

// An endpoint of ASP.NET Core, as always.
web.MapGet("/api/time", () => new { now = TimeProvider.System.GetUtcNow() });

// A gateway app below a prefix. It is an endpoint too: authorization, CORS and rate limits go on it.
web.MapGateway("/gw", Greet);

// Another one for all that no endpoint matches.
web.UseGateway(NotFound);
web.Run();

static async Task Greet(Scope scope, Receive receive, Send send)
{
    if (scope is not HttpScope http) throw new UnsupportedScopeException(scope);
    await send.TextAsync($"Hello from {http.RoutePath}, mounted at {http.RootPath}");
}

static async Task NotFound(Scope scope, Receive receive, Send send)
{
    if (scope is not HttpScope http) throw new UnsupportedScopeException(scope);
    await send.TextAsync($"There is nothing at {http.Path}", status: 404);
}
