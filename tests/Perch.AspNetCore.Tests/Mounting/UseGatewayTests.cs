using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Mounting;

public class UseGatewayTests
{
    private static readonly GatewayApp Paths = Apps.Tell(http => $"{http.RootPath}|{http.Path}|{System.Text.Encoding.Latin1.GetString(http.RawPath.Span)}|{System.Text.Encoding.Latin1.GetString(http.QueryString.Span)}");

    [Fact]
    public async Task Endpoints_come_first_wherever_the_app_stands()
    {
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.MapGet("/api", () => "api");
            web.UseGateway(Paths);
            web.MapGet("/late", () => "late");
        });
        Assert.Equal("api", await server.Client.GetStringAsync("/api"));
        Assert.Equal("late", await server.Client.GetStringAsync("/late"));
        Assert.Equal("|/other|/other|", await server.Client.GetStringAsync("/other"));
    }

    [Fact]
    public async Task Inside_Map_the_branch_is_the_root_path()
    {
        await using TestServer server = await TestServer.StartAsync(web =>
        {
            web.Map("/a", branch => branch.Map("/b", inner => inner.UseGateway(Paths)));
            web.UseGateway(Apps.Hello);
        });
        Assert.Equal("/a/b|/a/b/c|/a/b/c|q", await server.Client.GetStringAsync("/a/b/c?q"));
        Assert.Equal("/a/b|/a/b|/a/b|", await server.Client.GetStringAsync("/a/b"));
        Assert.Equal("Hello", await server.Client.GetStringAsync("/c"));
    }

    [Theory]
    [InlineData("GET /a%2Fb/%C3%A9?x=%20y HTTP/1.1", "|/a%2Fb/é|/a%2Fb/%C3%A9|x=%20y")]
    [InlineData("GET /a/../b/./c HTTP/1.1", "|/b/c|/a/../b/./c|")]
    [InlineData("GET //a//b HTTP/1.1", "|//a//b|//a//b|")]
    [InlineData("GET /? HTTP/1.1", "|/|/|")]
    [InlineData("GET http://host:81/p/q?r HTTP/1.1", "|/p/q|/p/q|r")]
    [InlineData("GET http://host:81 HTTP/1.1", "|/|/|")]
    [InlineData("GET http://host:81?r HTTP/1.1", "|/|/|r")]
    [InlineData("GET /http://x HTTP/1.1", "|/http://x|/http://x|")]
    [InlineData("OPTIONS * HTTP/1.1", "|*|*|")]
    public async Task The_target_gives_path_raw_path_and_query(string line, string expected)
    {
        await using TestServer server = await TestServer.StartAsync(Paths);
        using RawClient client = await server.ConnectAsync();
        string host = line.Contains("http://host", StringComparison.Ordinal) ? "host:81" : "a";
        await client.SendAsync($"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        string answer = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.Latin1.GetBytes(await client.ReadToEndAsync()));
        Assert.EndsWith($"\r\n\r\n{expected}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_a_pipeline_runs_the_app_alone()
    {
        await using TestServer server = await TestServer.StartAsync(
            web => web.Run(_ => throw new InvalidOperationException("The pipeline was reached.")),
            new() { Builder = builder => builder.WebHost.UseGatewayServer(Paths) });
        Assert.Equal("|/a|/a|b", await server.Client.GetStringAsync("/a?b"));
        Assert.Equal("|/a|/a|b", await server.Http2.GetStringAsync("/a?b"));
        await server.IdleAsync();
    }

    [Fact]
    public async Task A_server_without_a_pipeline_has_WebSockets_and_the_lifespan()
    {
        var shutdown = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(
            _ => { },
            new()
            {
                Builder = builder => builder.WebHost.UseGatewayServer(async (scope, receive, send) =>
                {
                    await receive();
                    switch (scope)
                    {
                        case LifespanScope:
                            scope.State["x"] = "y";
                            await send(LifespanStartupComplete.Instance);
                            await receive();
                            await send(LifespanShutdownComplete.Instance);
                            shutdown.SetResult();
                            break;
                        case WebSocketScope:
                            await send(new WebSocketAccept());
                            await send(new WebSocketSend((string)scope.State["x"]!));
                            break;
                    }
                }),
            });
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server);
        Assert.Equal("y"u8.ToArray(), (await socket.ReadAsync()).Payload);
        Assert.Equal(1000, (await socket.ReadCloseAsync()).Code);
        await socket.SendCloseAsync(1000);
        await server.IdleAsync();
        await server.Web.StopAsync();

        // The stop ends with the app's last message, and the app a moment later.
        await shutdown.Task.For("the app's end");
    }

    [Fact]
    public async Task On_a_Unix_socket_the_client_is_unknown_and_the_server_is_its_path()
    {
        string path = Path.Combine(Path.GetTempPath(), $"perch-{Guid.NewGuid():N}.sock");
        await using TestServer server = await TestServer.StartAsync(
            web => web.UseGateway(Apps.Tell(http => $"<{http.Client}> <{http.Server!.Value.Host}> <{http.Server.Value.Port}>")),
            new() { Endpoints = kestrel => kestrel.ListenUnixSocket(path) });
        using RawClient client = await RawClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync($"<> <{path}> <>");
    }

    [Fact]
    public async Task Client_and_server_are_addresses_and_ports()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Tell(http => $"{http.Client} {http.Server} {http.Scheme} {http.HttpVersion}"));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");
        Assert.EndsWith($"{client.Socket.LocalEndPoint} 127.0.0.1:{server.Port} http 1.0", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.EndsWith($"127.0.0.1:{server.Port} http 2", await server.Http2.GetStringAsync("/"), StringComparison.Ordinal);
    }
}
