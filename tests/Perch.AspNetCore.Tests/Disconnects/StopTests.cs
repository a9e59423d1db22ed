using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Disconnects;

public class StopTests
{
    private static readonly TestServerOptions ShortShutdown = new()
    {
        Builder = builder => builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1)),
    };

    [Fact]
    public async Task The_stop_waits_for_a_request_that_runs()
    {
        var called = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (http, receive, send) =>
        {
            called.SetResult();
            await goOn.Task;
            await Apps.Hello(http, receive, send);
        }));
        Task<string> answer = server.Client.GetStringAsync("/");
        await called.Task.For("the app's call");
        Task stop = server.Web.StopAsync();
        Assert.False(stop.IsCompleted);
        goOn.SetResult();
        Assert.Equal("Hello", await answer);
        await stop.For("the server's stop");
    }

    [Fact]
    public async Task The_shutdown_timeout_ends_an_app_that_never_answers()
    {
        var called = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http(async (http, receive, _) =>
            {
                await receive();
                called.SetResult();
                await receive();
                await Task.Delay(Timeout.Infinite, http.Disconnected);
            }),
            ShortShutdown);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await called.Task.For("the app's call");
        var clock = Stopwatch.StartNew();
        await Record.ExceptionAsync(() => server.Web.StopAsync().For("the server's stop"));

        // Less than the host's own patience of 30 s.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.5, 20);
        await server.IdleAsync();
    }

    [Fact]
    public async Task The_server_stops_beside_an_app_that_hears_nothing()
    {
        var called = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http(async (_, _, _) =>
            {
                called.SetResult();
                await never.Task;
            }),
            ShortShutdown);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await called.Task.For("the app's call");
        await Record.ExceptionAsync(() => server.Web.StopAsync().For("the server's stop"));
        Assert.Equal("", await client.ReadToEndAsync());
        never.SetResult();
        await server.IdleAsync();
    }
}
