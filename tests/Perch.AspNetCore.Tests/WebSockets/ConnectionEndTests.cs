using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Perch.AspNetCore.Tests.Support;
using Perch.Shared;

namespace Perch.AspNetCore.Tests.WebSockets;

/// <summary>RFC 6455 §7.1.1: the server closes the connection first, and at once; an app that takes its time does not keep it open.</summary>
public sealed class ConnectionEndTests : IAsyncDisposable
{
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestServer? _server;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_connection_ends_with_the_closes_and_not_with_the_app(bool tls, bool rawPath)
    {
        TestServer server = await StartAsync(tls, rawPath);
        using RawClient raw = await server.ConnectAsync();
        await using Stream client = await OpenAsync(raw.Socket, tls);
        await client.WriteAsync(Encoding.ASCII.GetBytes(RawWebSocket.Handshake()));
        string head = await ReadAsync(client, text => text.EndsWith("\r\n\r\n", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);

        await client.WriteAsync(RawWebSocket.Frame(8, [3, 232]));

        Assert.Equal("\u0088\u0002\u0003\u00e8", await ReadAsync(client, _ => false));
        await EndAppAsync(server);
    }

    // RFC 8441 §5: END_STREAM is what closing is to TCP.
    [Fact]
    public async Task A_stream_of_HTTP_2_ends_with_the_closes_and_not_with_the_app()
    {
        TestServer server = await StartAsync(tls: false, rawPath: false);
        using HttpClient client = server.CreateClient(HttpVersion.Version20);
        using var request = new HttpRequestMessage(HttpMethod.Connect, server.Url("/")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "websocket";
        request.Headers.TryAddWithoutValidation("sec-websocket-version", "13");
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).For("the handshake");
        await using Stream stream = await response.Content.ReadAsStreamAsync();

        await stream.WriteAsync(RawWebSocket.Frame(8, [3, 232]));
        await stream.FlushAsync();

        Assert.Equal("\u0088\u0002\u0003\u00e8", await ReadAsync(stream, _ => false));
        await EndAppAsync(server);
    }

    public async ValueTask DisposeAsync()
    {
        _goOn.TrySetResult();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task EndAppAsync(TestServer server)
    {
        Assert.False(_ended.Task.IsCompleted);
        _goOn.SetResult();
        await _ended.Task.For("the app's end");
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    private async Task<TestServer> StartAsync(bool tls, bool rawPath)
    {
        GatewayApp app = Apps.WebSocket(async (_, receive, send) =>
        {
            await receive();
            await send(new WebSocketAccept());
            await _goOn.Task;
            _ended.SetResult();
        });
        return _server = await TestServer.StartAsync(app, !tls ? null : new()
        {
            Listen = listen =>
            {
                listen.UseHttps(TestCertificate.Create("server"));
                if (rawPath)
                {
                    listen.UseGateway(app);
                }
            },
        });
    }

    private static async Task<Stream> OpenAsync(Socket socket, bool tls)
    {
        var network = new NetworkStream(socket);
        if (!tls)
        {
            return network;
        }

        var stream = new SslStream(network);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject.StartsWith("CN=server", StringComparison.Ordinal),
        }).For("the TLS handshake");
        return stream;
    }

    private static async Task<string> ReadAsync(Stream stream, Func<string, bool> isEnough)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!isEnough(text.ToString()) && await stream.ReadAsync(buffer).AsTask().For($"more than '{text}', or the end") is > 0 and int read)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }
}
