using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Mounting;

/// <summary>What an endpoint of ASP.NET Core may carry applies to an app that is one.</summary>
public class PolicyTests
{
    [Fact]
    public async Task Authorization_guards_the_app()
    {
        await using TestServer server = await TestServer.StartAsync(
            web =>
            {
                web.UseAuthentication();
                web.UseAuthorization();
                web.MapGateway("/gw", Apps.Hello).RequireAuthorization("named");
            },
            new()
            {
                Builder = builder =>
                {
                    builder.Services.AddAuthentication(NameHeaderHandler.Name).AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, NameHeaderHandler>(NameHeaderHandler.Name, null);
                    builder.Services.AddAuthorizationBuilder().AddPolicy("named", policy => policy.RequireClaim(ClaimTypes.Name));
                },
            });
        foreach (string path in new[] { "/gw", "/gw/x", "/GW/x" })
        {
            using HttpResponseMessage refused = await server.Client.GetAsync(path);
            Assert.NotEqual(HttpStatusCode.OK, refused.StatusCode);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/gw/x") { Headers = { { "name", "me" } } };
        using HttpResponseMessage allowed = await server.Client.SendAsync(request);
        Assert.Equal("Hello", await allowed.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task CORS_answers_preflights_and_marks_answers()
    {
        await using TestServer server = await TestServer.StartAsync(
            web =>
            {
                web.UseCors();
                web.MapGateway("/gw", Apps.Hello).RequireCors(policy => policy.WithOrigins("http://good").WithMethods("PUT"));
            },
            new() { Builder = builder => builder.Services.AddCors() });
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/gw") { Headers = { { "Origin", "http://good" }, { "Access-Control-Request-Method", "PUT" } } };
        using HttpResponseMessage answer = await server.Client.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("PUT", answer.Headers.GetValues("Access-Control-Allow-Methods").Single());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/gw") { Headers = { { "Origin", "http://good" } } };
        using HttpResponseMessage marked = await server.Client.SendAsync(request);
        Assert.Equal("http://good", marked.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("Hello", await marked.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_rate_limit_holds_requests_back()
    {
        await using TestServer server = await TestServer.StartAsync(
            web =>
            {
                web.UseRateLimiter();
                web.MapGateway("/gw", Apps.Hello).RequireRateLimiting("two");
            },
            new()
            {
                Builder = builder => builder.Services.AddRateLimiter(limiter => limiter.AddFixedWindowLimiter("two", window =>
                {
                    window.PermitLimit = 2;
                    window.Window = TimeSpan.FromHours(1);
                })),
            });
        for (int i = 0; i < 4; i++)
        {
            using HttpResponseMessage response = await server.Client.GetAsync("/gw");
            Assert.Equal(i < 2 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }
    }

    [Fact]
    public async Task Headers_that_middleware_began_stay_beside_the_apps()
    {
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.Use((context, next) =>
            {
                context.Response.Headers.Append("set-cookie", "host=1");
                context.Response.Headers.Append("vary", "origin");
                context.Response.Headers["x-host"] = "1";
                context.Response.Headers.ContentType = "text/html";
                return next(context);
            });
            web.MapGateway("/gw", Apps.Http(async (_, _, send) =>
            {
                await send(new HttpResponseStart(200, [("set-cookie", "app=1"), ("set-cookie", "app=2"), ("vary", "accept"), ("content-type", "text/plain")]));
                await send(HttpResponseBody.Empty);
            }));
        });
        using HttpResponseMessage response = await server.Client.GetAsync("/gw");
        Assert.Equal(["host=1", "app=1", "app=2"], response.Headers.GetValues("set-cookie"));
        Assert.Equal(["origin", "accept"], response.Headers.Vary);
        Assert.Equal("1", response.Headers.GetValues("x-host").Single());
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
    }
}
