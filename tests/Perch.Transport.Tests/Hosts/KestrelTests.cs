using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch.Conformance;
using Perch.Shared;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Hosts;

/// <summary>Kestrel's HTTP stack over the transport.</summary>
public sealed class KestrelTests
{
    [TheoryOnLoops]
    [InlineData("1.1", false, true)]
    [InlineData("1.1", true, true)]
    [InlineData("2.0", false, true)]
    [InlineData("2.0", true, true)]
    [InlineData("1.1", true, false)]
    [InlineData("2.0", true, false)]
    public async Task HttpClient_IsServed(string version, bool isSecure, bool runsInline)
    {
        await using WebApplication app = await StartAsync(isSecure, Version.Parse(version).Major == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1, runsInline);
        using HttpClient client = Client();
        client.DefaultRequestVersion = Version.Parse(version);
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        byte[] body = new byte[1_000_000];
        new Random(1).NextBytes(body);
        await Wait.For(
            Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
            {
                Assert.Equal("hello", await client.GetStringAsync(new Uri(Address(app) + "/hello")));
                byte[] sent = body[..(i * 80_000)];
                using var content = new ByteArrayContent(sent);
                using HttpResponseMessage response = await client.PostAsync(new Uri(Address(app) + "/echo"), content);
                Assert.Equal(Version.Parse(version), response.Version);
                Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync());
            })),
            "the answers");
    }

    [TheoryOnLoops]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WebSocket_IsServed(bool isSecure)
    {
        await using WebApplication app = await StartAsync(isSecure, HttpProtocols.Http1, runsInline: true);
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Handler());
        await Wait.For(socket.ConnectAsync(new Uri(Address(app).Replace("http", "ws", StringComparison.Ordinal) + "/ws"), invoker, default), "the handshake");
        byte[] sent = new byte[200_000];
        new Random(1).NextBytes(sent);
        byte[] received = new byte[sent.Length];
        for (int round = 0; round < 5; round++)
        {
            Task sending = socket.SendAsync(sent, WebSocketMessageType.Binary, true, default);
            for (int count = 0; count < received.Length;)
            {
                count += (await Wait.For(socket.ReceiveAsync(received.AsMemory(count), default).AsTask(), "the echo")).Count;
            }

            await sending;
            Assert.Equal(sent, received);
        }

        await Wait.For(socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default), "the close");
    }

    [FactOnLoops]
    public async Task ClientThatLeaves_AbortsItsRequest()
    {
        await using WebApplication app = await StartAsync(isSecure: false, HttpProtocols.Http1, runsInline: true);
        using HttpClient client = Client();
        using var leave = new CancellationTokenSource();
        Task asking = client.GetAsync(new Uri(Address(app) + "/forever"), leave.Token);
        var requests = app.Services.GetRequiredService<Requests>();
        await Wait.For(requests.Begun.Task, "the request");
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Wait.For(requests.Aborted.Task, "the request's end");
    }

    [FactOnLoops]
    public async Task Stop_EndsConnectionsThatWait()
    {
        await using WebApplication app = await StartAsync(isSecure: false, HttpProtocols.Http1, runsInline: true);
        using HttpClient client = Client();
        Assert.Equal("hello", await client.GetStringAsync(new Uri(Address(app) + "/hello")));
        await Wait.For(app.StopAsync(), "the stop");
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri(Address(app) + "/hello")));
    }

    private static async Task<WebApplication> StartAsync(bool isSecure, HttpProtocols protocols, bool runsInline)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Requests>();
        builder.WebHost.UseEventLoopTransport(options =>
        {
            options.LoopCount = 1;
            options.InlineScheduling = runsInline;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (isSecure)
            {
                X509Certificate2 certificate = TestCertificate.Create("localhost");
                listen.UseHttps(certificate);
            }
        }));
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.Run(ServeAsync);
        await app.StartAsync();
        return app;
    }

    private static async Task ServeAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/hello":
                await context.Response.WriteAsync("hello");
                break;
            case "/echo":
                // The whole first: this client takes no answer before it has sent all, whatever the windows.
                using (var body = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(body);
                    await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
                }

                break;
            case "/forever":
                var requests = context.RequestServices.GetRequiredService<Requests>();
                using (context.RequestAborted.Register(requests.Aborted.SetResult))
                {
                    requests.Begun.SetResult();
                    await requests.Aborted.Task;
                }

                break;
            default:
                using (WebSocket socket = await context.WebSockets.AcceptWebSocketAsync())
                {
                    byte[] buffer = new byte[10_000];
                    while (await socket.ReceiveAsync(buffer, default) is { MessageType: not WebSocketMessageType.Close } received)
                    {
                        await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, default);
                    }

                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }

                break;
        }
    }

    private static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static HttpClient Client() => new(Handler());

    private static SocketsHttpHandler Handler() => new() { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Issuer.Contains("O=Perch", StringComparison.Ordinal) is true } };

    private sealed class Requests
    {
        internal TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
