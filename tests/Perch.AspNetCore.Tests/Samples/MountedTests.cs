using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Perch.AspNetCore.Tests.Samples;

/// <summary>samples/Mounted, through the host that ASP.NET Core has for tests.</summary>
public sealed class MountedTests(WebApplicationFactory<Program> factory) : IClassFixture<WebApplicationFactory<Program>>
{
    [Fact]
    public async Task The_minimal_API_answers_as_always()
    {
        using HttpClient client = factory.CreateClient();
        using HttpResponseMessage response = await client.GetAsync("/api/time");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("now", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/gw", "Hello from , mounted at /gw")]
    [InlineData("/gw/a/b", "Hello from /a/b, mounted at /gw")]
    [InlineData("/GW/x", "Hello from /x, mounted at /GW")]
    public async Task The_app_below_the_prefix_knows_where_it_is(string path, string expected)
    {
        using HttpClient client = factory.CreateClient();
        Assert.Equal(expected, await client.GetStringAsync(path));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/gwx")]
    [InlineData("/api/other")]
    public async Task The_fallback_gets_what_no_endpoint_matches(string path)
    {
        using HttpClient client = factory.CreateClient();
        using HttpResponseMessage response = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal($"There is nothing at {path}", await response.Content.ReadAsStringAsync());
    }
}
