using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Migration;
using Perch.Python;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddGateway();
builder.Services.AddSingleton<RequestCounts>();
builder.Services.AddAuthorization();
builder.Services.AddAuthentication(KeyAuthentication.Scheme)
    .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Scheme, null);
var web = builder.Build();

web.UseAuthentication();
web.UseAuthorization();
web.Use((context, next) =>
{
    // The app trusts this field, so it is the host's alone.
    context.Request.Headers["X-User"] = context.User.FindFirstValue(ClaimTypes.Name) ?? "";
    return next(context);
});

// A route that has moved. It wins over the app below it, because its pattern says more.
web.MapGet("/items/{item:int}", (int item) => Shop.Find(item) is { } found
    ? Results.Ok(new { found.Name, found.Price, ServedBy = "C#" })
    : Results.NotFound()).RequireAuthorization();

// One page for both.
RequestCounts counts = web.Services.GetRequiredService<RequestCounts>();
web.MapGet("/metrics", () => counts.ToString());

// All that has not moved, behind the same authentication.
PythonApp shop = PythonApp.Load("shop:app", python =>
{
    builder.Configuration.GetSection("Python").Bind(python);
    python.AppDirectory = AppContext.BaseDirectory;
});
web.MapGateway("/", shop).RequireAuthorization();
web.Run();
