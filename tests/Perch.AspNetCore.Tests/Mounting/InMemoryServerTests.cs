using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Mounting;

/// <summary>The host that ASP.NET Core has for tests is no Kestrel: apps run there as well.</summary>
public class InMemoryServerTests
{
    [Fact]
    public async Task HTTP_goes_both_ways()
    {
        await using WebApplication web = await StartAsync(Apps.Http(async (http, receive, send) =>
        {
            byte[] body = await Apps.ReadBodyAsync(receive);
            await send(new HttpResponseStart(201, [("x-path", http.Path), ("x-raw", Encoding.Latin1.GetString(http.RawPath.Span)), ("x-client", $"{http.Client}")]));
            await send(new HttpResponseBody(body, moreBody: true));
            await send(new HttpResponseBody("!"u8));
        }));
        using HttpClient client = web.GetTestClient();
        using HttpResponseMessage response = await client.PostAsync("/a%20b?c", new StringContent("body"));
        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal("body!", await response.Content.ReadAsStringAsync());
        Assert.Equal("/a b", response.Headers.GetValues("x-path").Single());
        Assert.Equal("/a%20b", response.Headers.GetValues("x-raw").Single());
        Assert.Equal("", response.Headers.GetValues("x-client").Single());
    }

    [Fact]
    public async Task A_failure_is_500_or_a_broken_body()
    {
        await using WebApplication web = await StartAsync(Apps.Http(async (http, _, send) =>
        {
            if (http.Path == "/started")
            {
                await send(Apps.Ok);
                await send(new HttpResponseBody("part"u8, moreBody: true));
            }

            throw new InvalidOperationException();
        }));
        using HttpClient client = web.GetTestClient();
        using HttpResponseMessage failed = await client.GetAsync("/");
        Assert.Equal(500, (int)failed.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetStringAsync("/started").For("the broken body"));
    }

    [Fact]
    public async Task A_client_that_gives_up_is_a_disconnect()
    {
        var called = new TaskCompletionSource();
        var seen = new TaskCompletionSource<GatewayEvent>();
        await using WebApplication web = await StartAsync(Apps.Http(async (_, receive, _) =>
        {
            await receive();
            called.SetResult();
            seen.SetResult(await receive());
        }));
        using HttpClient client = web.GetTestClient();
        using var giveUp = new CancellationTokenSource();
        Task<HttpResponseMessage> response = client.GetAsync("/", giveUp.Token);
        await called.Task.For("the app's call");
        await giveUp.CancelAsync();
        Assert.IsType<HttpDisconnect>(await seen.Task.For("the disconnect"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response);
    }

    [Fact]
    public async Task WebSockets_go_both_ways()
    {
        await using WebApplication web = await StartAsync(Apps.WebSocket(async (ws, receive, send) =>
        {
            await receive();
            await send(new WebSocketAccept(ws.Subprotocols[0]));
            await send(WebSocketSend.Echo((WebSocketReceive)await receive()));
            await send(new WebSocketClose(3000, "done"));
        }));
        WebSocketClient client = web.GetTestServer().CreateWebSocketClient();
        client.SubProtocols.Add("one");
        using WebSocket socket = await client.ConnectAsync(new Uri("ws://localhost/a"), CancellationToken.None).For("the WebSocket");
        Assert.Equal("one", socket.SubProtocol);
        await socket.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        byte[] buffer = new byte[100];
        ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).For("the echo");
        Assert.Equal("hi", Encoding.UTF8.GetString(buffer, 0, result.Count));
        await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).For("the close");
        Assert.Equal((3000, "done"), ((int)socket.CloseStatus!, socket.CloseStatusDescription));
    }

    private static async Task<WebApplication> StartAsync(GatewayApp app)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddGateway();
        WebApplication web = builder.Build();
        web.UseGateway(app);
        await web.StartAsync();
        return web;
    }
}
