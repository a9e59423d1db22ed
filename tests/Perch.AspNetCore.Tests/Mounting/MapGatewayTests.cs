using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Mounting;

public class MapGatewayTests
{
    private static readonly GatewayApp Paths = Apps.Tell(http => $"{http.RootPath}|{http.Path}|{http.RoutePath}|{System.Text.Encoding.Latin1.GetString(http.RawPath.Span)}");

    [Theory]
    [InlineData("/gw", "/gw", "/gw|/gw||/gw")]
    [InlineData("/gw", "/gw/", "/gw|/gw/|/|/gw/")]
    [InlineData("/gw", "/gw/a/b", "/gw|/gw/a/b|/a/b|/gw/a/b")]
    [InlineData("/gw", "/GW/x", "/GW|/GW/x|/x|/GW/x")]
    [InlineData("/gw/", "/gw/x", "/gw|/gw/x|/x|/gw/x")]
    [InlineData("gw", "/gw/x", "/gw|/gw/x|/x|/gw/x")]
    [InlineData("/a/b", "/a/b/c?q=1", "/a/b|/a/b/c|/c|/a/b/c")]
    [InlineData("/tenants/{id}", "/tenants/7/x", "/tenants/7|/tenants/7/x|/x|/tenants/7/x")]
    [InlineData("/tenants/{id:int}", "/tenants/7", "/tenants/7|/tenants/7||/tenants/7")]
    [InlineData("/t-{id}", "/t-%C3%A9/x", "/t-é|/t-é/x|/x|/t-%C3%A9/x")]
    [InlineData("/gw", "/gw/a%2Fb%20c", "/gw|/gw/a%2Fb c|/a%2Fb c|/gw/a%2Fb%20c")]
    [InlineData("/", "/x", "|/x|/x|/x")]
    [InlineData("", "/", "|/|/|/")]
    public async Task A_prefix_is_the_root_path_and_part_of_the_path(string prefix, string target, string expected)
    {
        await using TestServer server = await TestServer.StartAsync(web => web.MapGateway(prefix, Paths));
        Assert.Equal(expected, await server.Client.GetStringAsync(target));
    }

    [Theory]
    [InlineData("/gwx")]
    [InlineData("/")]
    [InlineData("/other/gw")]
    public async Task What_is_not_below_the_prefix_does_not_get_to_the_app(string target)
    {
        await using TestServer server = await TestServer.StartAsync(web => web.MapGateway("/gw", Paths));
        using HttpResponseMessage response = await server.Client.GetAsync(target);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1", "/gw", "/v1/gw/x", "/v1/gw|/v1/gw/x|/x|/v1/gw/x")]
    [InlineData("/v1/{tenant}", "/gw/{id}", "/v1/a/gw/b/x", "/v1/a/gw/b|/v1/a/gw/b/x|/x|/v1/a/gw/b/x")]
    [InlineData("/gw", "/gw", "/gw/gw/x", "/gw/gw|/gw/gw/x|/x|/gw/gw/x")]
    [InlineData("/v1", "/", "/v1/x", "/v1|/v1/x|/x|/v1/x")]
    public async Task The_prefix_of_a_route_group_is_part_of_the_root_path(string group, string prefix, string target, string expected)
    {
        await using TestServer server = await TestServer.StartAsync(web => web.MapGroup(group).MapGateway(prefix, Paths));
        Assert.Equal(expected, await server.Client.GetStringAsync(target));
    }

    [Fact]
    public async Task A_path_base_is_in_front_of_the_prefix()
    {
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.UsePathBase("/base");
            web.UseRouting();
            web.MapGateway("/gw", Paths);
        });
        Assert.Equal("/base/gw|/base/gw/x|/x|/base/gw/x", await server.Client.GetStringAsync("/base/gw/x"));
    }

    [Theory]
    [InlineData("/gw/{**rest}")]
    [InlineData("/gw/{*rest}")]
    [InlineData("/gw/{id?}")]
    [InlineData("/gw/{id=1}")]
    public async Task A_prefix_without_a_certain_end_is_refused(string prefix)
    {
        ArgumentException? refused = null;
        await using TestServer server = TestServer.Create(web => refused = Assert.Throws<ArgumentException>(() => web.MapGateway(prefix, Paths)));
        Assert.Contains(prefix, refused!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    [InlineData("brew")]
    public async Task The_app_gets_every_method_as_it_came(string method)
    {
        await using TestServer server = await TestServer.StartAsync(web => web.MapGateway("/gw", Apps.Tell(http => http.Method)));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync($"{method} /gw HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.EndsWith($"\r\n\r\n{method}", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Controllers_minimal_APIs_and_apps_stand_side_by_side()
    {
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.MapGet("/gw/own", () => "minimal");
            web.MapGateway("/gw", Apps.Tell(http => "app " + http.RoutePath));
            web.MapGet("/api", () => "api");
            web.MapFallback(() => Results.Text("fallback", statusCode: 404));
        });
        Assert.Equal("minimal", await server.Client.GetStringAsync("/gw/own"));
        Assert.Equal("app /other", await server.Client.GetStringAsync("/gw/other"));
        Assert.Equal("api", await server.Client.GetStringAsync("/api"));
        using HttpResponseMessage other = await server.Client.GetAsync("/none");
        Assert.Equal("fallback", await other.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_endpoint_has_a_display_name_and_takes_metadata()
    {
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.Use(async (context, next) =>
            {
                context.Response.Headers["x-endpoint"] = context.GetEndpoint()!.DisplayName;
                context.Response.Headers["x-tag"] = context.GetEndpoint()!.Metadata.GetMetadata<TagsAttribute>()!.Tags[0];
                await next();
            });
            web.MapGateway("/gw", Apps.Hello).WithTags("seen");
        });
        using HttpResponseMessage response = await server.Client.GetAsync("/gw");
        Assert.Equal("Gateway /gw", response.Headers.GetValues("x-endpoint").Single());
        Assert.Equal("seen", response.Headers.GetValues("x-tag").Single());
    }

    [Fact]
    public async Task Without_AddGateway_mounting_says_what_is_missing()
    {
        await using WebApplication web = WebApplication.CreateSlimBuilder().Build();
        Assert.Contains("AddGateway", Assert.Throws<InvalidOperationException>(() => web.MapGateway("/gw", Apps.Hello)).Message, StringComparison.Ordinal);
        Assert.Contains("AddGateway", Assert.Throws<InvalidOperationException>(() => web.UseGateway(Apps.Hello)).Message, StringComparison.Ordinal);
    }
}
