using System.Net;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Messages;

public class ResponseTests
{
    [Theory]
    [InlineData(204, null)]
    [InlineData(205, "Content-Length: 0")]
    [InlineData(304, null)]
    public async Task A_status_without_a_body_has_none_whatever_the_app_sends(int status, string? length)
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, _, send) =>
        {
            await send(new HttpResponseStart(status));
            await send(new HttpResponseBody("part"u8, moreBody: true));
            await send(new HttpResponseBody("rest"u8));
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string[] heads = (await client.ReadToEndAsync()).Split("\r\n\r\n");
        Assert.Equal(3, heads.Length);
        Assert.All(heads[..2], head => Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal));
        Assert.All(heads[..2], head => Assert.Equal(length, head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase))));
        Assert.DoesNotContain("chunked", client.Received, StringComparison.Ordinal);
        Assert.Equal("", heads[2]);
        Assert.Empty(server.Logs.Errors);
        using HttpResponseMessage two = await server.Http2.GetAsync("/");
        Assert.Equal(status, (int)two.StatusCode);
        Assert.Empty(await two.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task HEAD_gets_the_head_of_GET_and_no_body()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Hello);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string[] heads = (await client.ReadToEndAsync()).Split("\r\n\r\n");
        Assert.Equal(3, heads.Length);
        Assert.All(heads[..2], head => Assert.Contains("Content-Length: 5", head, StringComparison.Ordinal));
        Assert.Equal("", heads[2]);
        using HttpResponseMessage two = await server.Http2.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact });
        Assert.Equal(5, two.Content.Headers.ContentLength);
        Assert.Empty(server.Logs.Errors);
    }

    [Fact]
    public async Task HEAD_keeps_the_declared_length_of_an_app_that_sends_no_body()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200, [("content-length", "12345")]));
            await send(HttpResponseBody.Empty);
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Contains("Content-Length: 12345\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(server.Logs.Errors);
    }

    [Fact]
    public async Task The_whole_response_leaves_before_the_app_has_ended()
    {
        var goOn = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (http, receive, send) =>
        {
            bool isChunked = http.Path == "/chunked";
            await send(Apps.Ok);
            if (isChunked)
            {
                await send(new HttpResponseBody("He"u8, moreBody: true));
            }

            await send(new HttpResponseBody(isChunked ? "llo"u8 : "Hello"u8));
            await goOn.Task;
        }));
        foreach (string path in new[] { "/", "/chunked" })
        {
            using RawClient client = await server.ConnectAsync();
            await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
            await client.ReadUntilAsync(path == "/" ? "\r\n\r\nHello" : "\r\n0\r\n\r\n");
            Assert.Equal("Hello", await server.Http2.GetStringAsync(path));
        }

        Assert.Equal(4, server.Host.Running);
        goOn.SetResult();
        await server.IdleAsync();
    }

    [Fact]
    public async Task A_chunk_with_more_body_is_out_before_send_returns()
    {
        var next = new SemaphoreSlim(0);
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, _, send) =>
        {
            await send(Apps.Ok);
            for (int i = 0; i < 3; i++)
            {
                await send(new HttpResponseBody(new[] { (byte)('a' + i) }, moreBody: true));
                await next.WaitAsync();
            }

            await send(HttpResponseBody.Empty);
        }));
        foreach (HttpClient client in new[] { server.Client, server.Http2 })
        {
            using HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
            await using Stream body = await response.Content.ReadAsStreamAsync();
            byte[] one = new byte[10];
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(1, await body.ReadAsync(one).For($"chunk {i}"));
                Assert.Equal('a' + i, one[0]);
                next.Release();
            }

            Assert.Equal(0, await body.ReadAsync(one).For("the end"));
        }
    }

    [Fact]
    public async Task After_the_response_receive_gives_the_disconnect_and_send_throws()
    {
        var seen = new TaskCompletionSource<(GatewayEvent Event, Exception? Error)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (http, receive, send) =>
        {
            await Apps.Hello(http, receive, send);
            seen.SetResult((await receive(), await Record.ExceptionAsync(() => send(HttpResponseBody.Empty).AsTask())));
        }));
        using HttpResponseMessage response = await server.Client.PostAsync("/", new StringContent("a body that nobody reads"));
        Assert.Equal("Hello", await response.Content.ReadAsStringAsync());
        (GatewayEvent last, Exception? error) = await seen.Task.For("the app's end");
        Assert.IsType<HttpDisconnect>(last);
        Assert.IsType<GatewayProtocolException>(error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receive_that_waits_gets_the_disconnect_when_the_response_is_whole(bool withBody)
    {
        var seen = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (http, receive, send) =>
        {
            if (!withBody)
            {
                await receive();
            }

            Task<GatewayEvent> waiting = receive().AsTask();
            await Apps.Hello(http, receive, send);
            seen.SetResult(await waiting);
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {(withBody ? 5 : 0)}\r\n\r\n");
        await client.ReadUntilAsync("Hello");
        Assert.IsType<HttpDisconnect>(await seen.Task.For("the disconnect"));
    }

    [Fact]
    public async Task What_an_app_keeps_after_its_end_is_of_no_use()
    {
        (Receive Receive, Send Send, HttpScope Scope, HeaderList Headers) kept = (null!, null!, null!, null!);
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http((http, receive, send) =>
            {
                kept = (receive, send, http, http.Headers);
                return Task.CompletedTask;
            }),
            new() { Gateway = options => options.ReuseScopes = false });
        using HttpResponseMessage response = await server.Client.GetAsync("/");
        await server.IdleAsync();
        Assert.IsType<HttpDisconnect>(await kept.Receive());
        await Assert.ThrowsAsync<GatewayProtocolException>(() => kept.Send(Apps.Ok).AsTask());
        Assert.Throws<ObjectDisposedException>(() => kept.Scope.Path);
        Assert.Throws<ObjectDisposedException>(() => kept.Headers.Count);
        Assert.Throws<ObjectDisposedException>(() => kept.Headers.GetValue("host"));
    }

    [Fact]
    public async Task Trailers_go_out_on_HTTP_2_and_are_not_offered_on_HTTP_1()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (http, _, send) =>
        {
            bool offered = http.Offers(ExtensionNames.Trailers);
            await send(new HttpResponseStart(200, [("x-offered", offered ? "yes" : "no")], trailers: offered));
            await send(new HttpResponseBody("body"u8));
            if (offered)
            {
                await send(new HttpResponseTrailers([("x-sum", "1")], moreTrailers: true));
                await send(new HttpResponseTrailers([("x-sum", "2"), ("x-end", "3")]));
            }
        }));
        using HttpResponseMessage two = await server.Http2.GetAsync("/");
        Assert.Equal("body", await two.Content.ReadAsStringAsync());
        Assert.Equal(["1", "2"], two.TrailingHeaders.GetValues("x-sum"));
        Assert.Equal(["3"], two.TrailingHeaders.GetValues("x-end"));
        using HttpResponseMessage one = await server.Client.GetAsync("/");
        Assert.Equal("no", one.Headers.GetValues("x-offered").Single());
        Assert.Empty(server.Logs.Errors);
    }

    [Fact]
    public async Task Connection_specific_headers_stay_off_HTTP_2_silently()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200, [("connection", "close"), ("keep-alive", "x"), ("x", "1")]));
            await send(HttpResponseBody.Empty);
        }));
        using HttpResponseMessage two = await server.Http2.GetAsync("/");
        Assert.Equal("1", two.Headers.GetValues("x").Single());
        Assert.False(two.Headers.Contains("keep-alive"));
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
        using HttpResponseMessage one = await server.Client.GetAsync("/");
        Assert.True(one.Headers.ConnectionClose);
    }
}
