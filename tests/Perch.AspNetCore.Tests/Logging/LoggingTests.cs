using System.Reflection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Logging;

public class LoggingTests
{
    private static readonly TestServerOptions Access = new() { Gateway = options => options.AccessLog = true };

    [Fact]
    public async Task The_access_log_has_a_line_for_each_request()
    {
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http(async (http, receive, send) =>
            {
                if (http.Path == "/fail")
                {
                    throw new InvalidOperationException();
                }

                await Apps.Hello(http, receive, send);
            }),
            Access);
        using RawClient client = await server.ConnectAsync();
        string from = client.LocalName;
        await client.SendAsync("GET /a%0Ab?c=%20d HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync("Hello");
        await client.SendAsync("POST /fail HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\nInternal Server Error");
        await server.IdleAsync();
        Assert.Equal(
            [$"{from} - \"GET /a%0Ab?c=%20d HTTP/1.1\" 200", $"{from} - \"POST /fail HTTP/1.1\" 500"],
            Lines(server).Select(entry => entry.Message));
        Assert.All(Lines(server), entry => Assert.Equal((LogLevel.Information, 5, "Access"), (entry.Level, entry.Id.Id, entry.Id.Name)));
    }

    [Fact]
    public async Task The_access_log_has_a_line_for_each_WebSocket()
    {
        await using TestServer server = await TestServer.StartAsync(
            Apps.WebSocket((ws, _, send) => ws.Path == "/no" ? send(new WebSocketClose()).AsTask() : send(new WebSocketAccept()).AsTask()), Access);
        using RawWebSocket socket = await RawWebSocket.OpenAsync(server, "/yes?q");
        await socket.ReadCloseAsync();
        await socket.SendCloseAsync(1000);

        // Its line is written at its end.
        await server.IdleAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(RawWebSocket.Handshake("/no"));
        await client.ReadToEndAsync();
        await server.IdleAsync();
        Assert.Equal(
            [$"{socket.Client.LocalName} - \"WebSocket /yes?q\" [accepted]", $"{client.LocalName} - \"WebSocket /no\" [denied 403]"],
            Lines(server).Select(entry => entry.Message));
    }

    [Fact]
    public async Task The_access_log_is_off_by_default()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Hello);
        await server.Client.GetStringAsync("/");
        Assert.Empty(Lines(server));
    }

    [Fact]
    public async Task A_request_that_runs_without_a_pipeline_is_logged_too()
    {
        await using TestServer server = await TestServer.StartAsync(
            _ => { },
            new() { Builder = builder => builder.WebHost.UseGatewayServer(Apps.Hello, options => options.AccessLog = true) });
        await server.Http2.GetStringAsync("/");
        await server.IdleAsync();
        Assert.EndsWith("\"GET / HTTP/2\" 200", Assert.Single(Lines(server)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_ids_are_stable_and_their_own()
    {
        string[] ids = [.. typeof(GatewayHost).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .OrderBy(message => message.EventId)
            .Select(message => $"{message.EventId} {message.EventName} {message.Level}")];
        Assert.Equal(
            [
                "1 AppFailed Error", "2 ClientLeft Debug", "3 RequestRejected Debug", "4 HandshakeRefused Debug", "5 Access Information",
                "6 AccessWebSocket Information", "7 WebSocketFailed Debug", "20 LifespanStartupFailed Critical", "21 LifespanShutdownFailed Error",
            ],
            ids);
    }

    private static IEnumerable<LogEntry> Lines(TestServer server) => server.Logs.Entries.Where(entry => entry.Category == "Perch.Access");
}
