using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch.Tests.Shared;

namespace Perch.Http.Tests.Connections;

/// <summary>A gateway on an endpoint of Kestrel, over real sockets.</summary>
public sealed class HttpGatewayHostTests
{
    [Fact]
    public async Task RequestsAreServed_AndBodiesEchoed()
    {
        var log = new LogSink();
        await using WebApplication host = await StartAsync(Apps.Echo, log);
        using Socket client = await ConnectAsync(host);

        await client.SendAsync(Apps.Get + "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\nExpect: 100-continue\r\n\r\n");
        await client.ExpectAsync(Apps.Answer("/ ") + "HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync(new string('x', 200_000));

        await client.ExpectAsync(Apps.Answer("/p " + new string('x', 200_000)));
        Assert.Empty(log.AboveDebug);
    }

    // RFC 9113 §3.3: one port serves both.
    [Fact]
    public async Task Http2ByPriorKnowledge_IsKestrels()
    {
        await using WebApplication host = await StartAsync(Apps.Hello, new LogSink());
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(host)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using HttpResponseMessage response = await client.SendAsync(request).Within("the answer over HTTP/2");

        Assert.Equal("pipeline", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stop_DoesNotWaitForConnectionsThatIdle()
    {
        await using WebApplication host = await StartAsync(Apps.Hello, new LogSink());
        using Socket fresh = await ConnectAsync(host);
        using Socket idle = await ConnectAsync(host);
        await idle.SendAsync(Apps.Get);
        await idle.ExpectAsync(Apps.HelloAnswer);

        // Less than the host's own patience, after which it aborts.
        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("", await idle.ReadToEndAsync());
        Assert.Equal("", await fresh.ReadToEndAsync());
    }

    [Fact]
    public async Task ClientThatResetsInMidBody_IsADisconnect_AndNoError()
    {
        var log = new LogSink();
        var first = new TaskCompletionSource();
        var seen = new TaskCompletionSource<GatewayEvent>();
        await using WebApplication host = await StartAsync(
            async (_, receive, _) =>
            {
                await receive();
                first.SetResult();
                seen.SetResult(await receive());
            },
            log);
        Socket client = await ConnectAsync(host);
        await client.SendAsync("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
        await first.Task.Within("the first part");

        client.Reset();

        Assert.IsType<HttpDisconnect>(await seen.Task.Within("the disconnect"));
        await host.StopAsync();
        Assert.Empty(log.AboveDebug);
    }

    private static async Task<WebApplication> StartAsync(GatewayApp app, LogSink log)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.None).AddFilter("Perch", LogLevel.Trace);
        builder.WebHost.UseTestTransport().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            endpoint.UseHttpGateway(app, options => options.DateHeader = options.ServerHeader = false);
        }));
        WebApplication host = builder.Build();
        host.Run(context => context.Response.WriteAsync("pipeline"));
        await host.StartAsync();
        return host;
    }

    private static string Address(WebApplication host) =>
        host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static async Task<Socket> ConnectAsync(WebApplication host)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(Address(host)).Port);
        return socket;
    }
}
