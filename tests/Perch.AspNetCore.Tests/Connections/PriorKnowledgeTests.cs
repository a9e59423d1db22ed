using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Connections;

public class PriorKnowledgeTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /// <summary>An empty SETTINGS frame (RFC 9113 §6.5), which begins what a client and a server say.</summary>
    private const string Settings = "\0\0\0\u0004\0\0\0\0\0";

    private static readonly GatewayApp Version = Apps.Tell(http => http.HttpVersion);

    [Fact]
    public async Task One_port_serves_both_versions()
    {
        await using TestServer server = await TestServer.StartAsync(Version);
        for (int i = 0; i < 3; i++)
        {
            using HttpClient one = server.CreateClient(HttpVersion.Version11);
            using HttpClient two = server.CreateClient(HttpVersion.Version20);
            Assert.Equal("1.1", await one.GetStringAsync("/"));
            Assert.Equal("2", await two.GetStringAsync("/"));
        }
    }

    [Fact]
    public async Task A_preface_may_come_byte_by_byte()
    {
        await using TestServer server = await TestServer.StartAsync(Version);
        using RawClient client = await server.ConnectAsync();
        foreach (char c in Preface + Settings)
        {
            await client.SendAsync(c.ToString());
        }

        // The server's SETTINGS: a length, then type 4.
        await client.ReadUntilAsync("\u0004\0\0\0\0\0");
    }

    [Theory]
    [InlineData("PRI * HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PX")]
    public async Task What_only_begins_like_a_preface_is_HTTP_1(string start)
    {
        await using TestServer server = await TestServer.StartAsync(Version);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(start.EndsWith("\r\n\r\n", StringComparison.Ordinal) ? start : start + " / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await server.Web.StopAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task A_preface_that_goes_wrong_after_its_first_line_is_answered_by_Kestrel_with_GOAWAY()
    {
        await using TestServer server = await TestServer.StartAsync(Version);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX");

        // RFC 9113 §6.8: eight bytes or more, type 7.
        Assert.StartsWith("\0\0\b\a", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_defaults_may_ask_for_it()
    {
        await using TestServer server = await TestServer.StartAsync(
            Version,
            new()
            {
                Endpoints = kestrel =>
                {
                    kestrel.ConfigureEndpointDefaults(listen => listen.UsePriorKnowledgeHttp2());
                    kestrel.Listen(IPAddress.Loopback, 0);
                },
            });
        Assert.Equal("1.1", await server.Client.GetStringAsync("/"));
        Assert.Equal("2", await server.Http2.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_client_that_leaves_within_the_preface_leaves_nothing()
    {
        await using TestServer server = await TestServer.StartAsync(Version);
        for (int count = 0; count <= Preface.Length; count++)
        {
            RawClient closing = await server.ConnectAsync();
            RawClient dying = await server.ConnectAsync();
            await closing.SendAsync(Preface[..count]);
            await dying.SendAsync(Preface[..count]);
            closing.Dispose();
            dying.Reset();
        }

        await StopPromptlyAsync(server);
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRI * HT")]
    [InlineData(Preface + Settings)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task The_stop_does_not_wait_for_a_connection_that_is_idle(string start)
    {
        await using TestServer server = await TestServer.StartAsync(Version);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(start);
        if (start.Length > 10)
        {
            await client.ReadUntilAsync(start[0] == 'P' ? "\u0004\0\0\0\0\0" : "\r\n\r\n1.1");
        }
        else
        {
            // Accepted in the order of connecting: when this one is answered, the other is being waited for.
            Assert.Equal("1.1", await server.Client.GetStringAsync("/"));
        }

        await StopPromptlyAsync(server);
        await client.ReadToEndAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_not_kept()
    {
        await using TestServer server = await TestServer.StartAsync(Version, new() { Kestrel = kestrel => kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(200) });
        using RawClient client = await server.ConnectAsync();
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task A_client_that_stalls_in_the_preface_gets_408()
    {
        await using TestServer server = await TestServer.StartAsync(
            Version, new() { Kestrel = kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(200) });
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("PRI * HT");
        Assert.StartsWith("HTTP/1.1 408 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task An_infinite_keep_alive_time_is_none()
    {
        await using TestServer server = await TestServer.StartAsync(Version, new() { Kestrel = kestrel => kestrel.Limits.KeepAliveTimeout = Timeout.InfiniteTimeSpan });
        Assert.Equal("1.1", await server.Client.GetStringAsync("/"));
        Assert.Equal("2", await server.Http2.GetStringAsync("/"));
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task Several_endpoints_hand_on_and_a_listed_address_leads_there()
    {
        await using TestServer server = await TestServer.StartAsync(
            Version,
            new()
            {
                Endpoints = kestrel =>
                {
                    kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UsePriorKnowledgeHttp2());
                    kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UsePriorKnowledgeHttp2());
                    kestrel.Listen(IPAddress.Loopback, 0);
                },
            });
        string[] addresses = [.. server.Web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        Assert.All(addresses, address => Assert.True(new Uri(address).Port > 0, address));
        foreach (string address in addresses[..2])
        {
            using HttpClient two = server.CreateClient(HttpVersion.Version20);
            Assert.Equal("2", await two.GetStringAsync(new Uri(new Uri(address), "/")));
        }
    }

    [Fact]
    public async Task An_endpoint_of_a_URL_is_refused_with_a_reason()
    {
        await using TestServer server = TestServer.Create(
            web => web.UseGateway(Version),
            new()
            {
                Endpoints = kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.UsePriorKnowledgeHttp2()),
                Builder = builder => builder.WebHost.UseUrls("http://127.0.0.1:0"),
            });
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => server.Web.StartAsync());
        Assert.Contains("UsePriorKnowledgeHttp2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_AddGateway_it_says_what_is_missing()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UsePriorKnowledgeHttp2()));
        Assert.Contains("AddGateway", Assert.Throws<InvalidOperationException>(builder.Build).Message, StringComparison.Ordinal);
    }

    private static async Task StopPromptlyAsync(TestServer server)
    {
        var clock = Stopwatch.StartNew();
        await server.Web.StopAsync().For("the server's stop");

        // Less than the host's own patience of 30 s, after which it aborts.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
    }
}
