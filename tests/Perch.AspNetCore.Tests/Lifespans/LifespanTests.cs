using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Lifespans;

public class LifespanTests
{
    [Fact]
    public async Task Startup_ends_before_the_server_listens_and_shutdown_begins_after_the_last_connection_closed()
    {
        var startupMayEnd = new TaskCompletionSource();
        var requestMayEnd = new TaskCompletionSource();
        var app = new RecordingApp { StartupMayEnd = startupMayEnd.Task, RequestMayEnd = requestMayEnd.Task };
        // A path of its own: a port that is free now may be another test's by then.
        string path = Path.Combine(Path.GetTempPath(), $"perch-{Guid.NewGuid():N}.sock");
        var endPoint = new UnixDomainSocketEndPoint(path);
        await using TestServer server = TestServer.Create(web => web.UseGateway(app.RunAsync), new() { Endpoints = kestrel => kestrel.ListenUnixSocket(path) });
        Task start = server.Web.StartAsync();
        await app.Started.For("the app's startup");
        await Assert.ThrowsAnyAsync<SocketException>(() => RawClient.ConnectAsync(endPoint));
        Assert.False(start.IsCompleted);
        startupMayEnd.SetResult();
        await start.For("the host's start");
        using RawClient client = await RawClient.ConnectAsync(endPoint);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await app.Requested.For("the request");
        Task stop = server.Web.StopAsync();
        Assert.DoesNotContain("shutdown", app.Log);
        requestMayEnd.SetResult();
        await client.ReadUntilAsync("\r\n\r\nok");
        await stop.For("the host's stop");
        Assert.Equal(["startup", "request", "response", "shutdown"], app.Log);
    }

    [Fact]
    public async Task The_state_is_shared_as_a_shallow_copy()
    {
        var shared = new List<string>();
        await using TestServer server = await TestServer.StartAsync(async (scope, receive, send) =>
        {
            if (scope is LifespanScope)
            {
                await receive();
                scope.State["list"] = shared;
                scope.State["number"] = 1;
                await send(LifespanStartupComplete.Instance);
                await receive();
                Assert.Equal(1, scope.State["number"]);
                await send(LifespanShutdownComplete.Instance);
                return;
            }

            ((List<string>)scope.State["list"]!).Add(((HttpScope)scope).Path);
            Assert.Equal(1, scope.State["number"]);
            scope.State["number"] = 2;
            scope.State["other"] = 3;
            Assert.Equal(2, scope.State["number"]);
            await Apps.Hello(scope, receive, send);
        });
        Assert.Equal("Hello", await server.Client.GetStringAsync("/1"));
        Assert.Equal("Hello", await server.Client.GetStringAsync("/2"));
        Assert.Equal(["/1", "/2"], shared);
        await server.Web.StopAsync();
        Assert.Empty(server.Logs.Errors);
    }

    [Fact]
    public async Task An_app_that_is_mounted_twice_has_one_lifespan()
    {
        var app = new RecordingApp();
        GatewayApp once = app.RunAsync;
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.MapGateway("/a", once);
            web.MapGateway("/b", once);
            web.UseGateway(once);
        });
        await server.Web.StopAsync();
        Assert.Equal(["startup", "shutdown"], app.Log);
    }

    [Fact]
    public async Task Apps_start_in_order_and_stop_in_reverse()
    {
        var log = new List<string>();
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.MapGateway("/a", new RecordingApp("a ", log).RunAsync);
            web.MapGateway("/b", new RecordingApp("b ", log).RunAsync);
        });
        await server.Web.StopAsync();
        Assert.Equal(["a startup", "b startup", "b shutdown", "a shutdown"], log);
    }

    [Theory]
    [InlineData(LifespanMode.Auto)]
    [InlineData(LifespanMode.On)]
    public async Task A_failed_startup_stops_the_host_with_the_apps_message(LifespanMode mode)
    {
        await using TestServer server = TestServer.Create(
            web => web.UseGateway(async (scope, receive, send) =>
            {
                await receive();
                await send(new LifespanStartupFailed("no database"));
            }),
            new() { Gateway = options => options.Lifespan = mode });
        LifespanFailedException failure = await Assert.ThrowsAsync<LifespanFailedException>(() => server.Web.StartAsync());
        Assert.Equal("no database", failure.Message);
        LogEntry critical = Assert.Single(server.Logs.Entries, entry => entry.Level == LogLevel.Critical);
        Assert.Contains("no database", critical.Message, StringComparison.Ordinal);
        Assert.Equal(20, critical.Id.Id);
    }

    [Fact]
    public async Task An_app_that_throws_in_its_startup_stops_the_host()
    {
        await using TestServer server = TestServer.Create(web => web.UseGateway(async (_, receive, _) =>
        {
            await receive();
            throw new InvalidOperationException("a bug");
        }));
        LifespanFailedException failure = await Assert.ThrowsAsync<LifespanFailedException>(() => server.Web.StartAsync());
        Assert.Contains("a bug", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public async Task When_one_startup_fails_the_apps_that_have_started_are_stopped()
    {
        var first = new RecordingApp();
        await using (TestServer server = TestServer.Create(web =>
        {
            web.MapGateway("/a", first.RunAsync);
            web.MapGateway("/b", async (_, receive, send) =>
            {
                await receive();
                await send(new LifespanStartupFailed("no"));
            });
        }))
        {
            await Assert.ThrowsAsync<LifespanFailedException>(() => server.Web.StartAsync());
        }

        Assert.Equal(["startup", "shutdown"], first.Log);
    }

    [Fact]
    public async Task When_the_server_cannot_listen_the_apps_are_stopped()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var app = new RecordingApp();
        await using (TestServer server = TestServer.Create(
            web => web.UseGateway(app.RunAsync),
            new() { Endpoints = kestrel => kestrel.Listen((IPEndPoint)taken.LocalEndpoint) }))
        {
            await Assert.ThrowsAnyAsync<IOException>(() => server.Web.StartAsync());
        }

        Assert.Equal(["startup", "shutdown"], app.Log);
    }

    [Fact]
    public async Task A_failed_shutdown_is_logged_and_fails_the_stop()
    {
        await using TestServer server = await TestServer.StartAsync(async (_, receive, send) =>
        {
            await receive();
            await send(LifespanStartupComplete.Instance);
            await receive();
            await send(new LifespanShutdownFailed("not flushed"));
        });
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => server.Web.StopAsync());
        Assert.Contains("not flushed", failure.ToString(), StringComparison.Ordinal);
        LogEntry error = Assert.Single(server.Logs.Errors, entry => entry.Category.StartsWith("Perch", StringComparison.Ordinal));
        Assert.Equal(21, error.Id.Id);
    }

    [Fact]
    public async Task Auto_lets_an_app_without_a_lifespan_be()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Hello);
        Assert.Equal("Hello", await server.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task On_wants_a_lifespan()
    {
        await using TestServer server = TestServer.Create(web => web.UseGateway(Apps.Hello), new() { Gateway = options => options.Lifespan = LifespanMode.On });
        await Assert.ThrowsAsync<LifespanFailedException>(() => server.Web.StartAsync());
    }

    [Fact]
    public async Task Off_never_calls_it()
    {
        var app = new RecordingApp();
        await using TestServer server = await TestServer.StartAsync(app.RunAsync, new() { Gateway = options => options.Lifespan = LifespanMode.Off });
        await server.Web.StopAsync();
        Assert.Empty(app.Log);
    }

    [Theory]
    [InlineData("Gateway:Lifespan", "off")]
    [InlineData("Gateway:AccessLog", "true")]
    [InlineData("Gateway:WebSockets:MaxMessageSize", "77")]
    public async Task Options_bind_from_configuration(string key, string value)
    {
        await using TestServer server = await TestServer.StartAsync(
            Apps.Hello,
            new()
            {
                Builder = builder =>
                {
                    builder.Configuration[key] = value;
                    Microsoft.Extensions.DependencyInjection.OptionsConfigurationServiceCollectionExtensions.Configure<GatewayOptions>(builder.Services, builder.Configuration.GetSection("Gateway"));
                },
            });
        GatewayOptions options = server.Host.Options;
        Assert.True(options.Lifespan == LifespanMode.Off || options.AccessLog || options.WebSockets.MaxMessageSize == 77);
    }
}
