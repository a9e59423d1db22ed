using System.Net;
using System.Text;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Bodies;

public class UploadTests
{
    private static readonly TestServerOptions TenBytes = new() { Kestrel = kestrel => kestrel.Limits.MaxRequestBodySize = 10 };

    private static readonly GatewayApp Echo = Apps.Http(async (_, receive, send) =>
    {
        byte[] body = await Apps.ReadBodyAsync(receive);
        await send(Apps.Ok);
        await send(new HttpResponseBody(body));
    });

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\n12345678901")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n5\r\n78901\r\n0\r\n\r\n")]
    public async Task A_body_over_the_limit_is_rejected_with_413(string rest)
    {
        await using TestServer server = await TestServer.StartAsync(Echo, TenBytes);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\n" + rest);
        Assert.StartsWith("HTTP/1.1 413 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_rejected_on_HTTP_2_too()
    {
        await using TestServer server = await TestServer.StartAsync(Echo, TenBytes);
        using HttpResponseMessage response = await server.Http2.PostAsync("/", new ByteArrayContent(new byte[11]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task An_app_may_answer_a_rejected_body_itself()
    {
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http(async (_, receive, send) =>
            {
                RequestRejectedException rejected = await Assert.ThrowsAsync<RequestRejectedException>(() => Apps.ReadBodyAsync(receive));
                await send(new HttpResponseStart(rejected.StatusCode + 9));
                await send(new HttpResponseBody("mine"u8));
            }),
            TenBytes);
        using HttpResponseMessage response = await server.Client.PostAsync("/", new ByteArrayContent(new byte[11]));
        Assert.Equal(422, (int)response.StatusCode);
        Assert.Equal("mine", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("xyz\r\nabc\r\n0\r\n\r\n")]
    [InlineData("-1\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3\r\nabcd\r\n0\r\n\r\n")]
    [InlineData("3\r\nabc\r\nFFFFFFFFFFFFFFFFFF\r\n")]
    public async Task A_malformed_chunk_is_rejected_with_400(string chunks)
    {
        await using TestServer server = await TestServer.StartAsync(Echo);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        Assert.StartsWith("HTTP/1.1 400 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task A_malformed_chunk_after_the_response_has_started_cuts_it_and_is_the_clients_fault()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, receive, send) =>
        {
            await send(Apps.Ok);
            await send(new HttpResponseBody("part"u8, moreBody: true));
            await Apps.ReadBodyAsync(receive);
            await send(HttpResponseBody.Empty);
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.ReadUntilAsync("part\r\n");
        await client.SendAsync("xyz\r\n");
        Assert.DoesNotContain("\r\n0\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task Every_split_of_a_chunked_body_gives_the_same_bytes()
    {
        const string Message = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nt: 1\r\n\r\n";
        await using TestServer server = await TestServer.StartAsync(Echo);
        using RawClient client = await server.ConnectAsync();
        for (int split = 1; split < Message.Length; split++)
        {
            int from = client.Received.Length;
            await client.SendAsync(Message[..split]);
            await client.SendAsync(Message[split..]);
            await client.ReadUntilAsync("\r\n\r\nhello world", from);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(1_000_000)]
    [InlineData(5_000_000)]
    public async Task A_body_arrives_whole_on_both_versions(int size)
    {
        byte[] body = new byte[size];
        new Random(1).NextBytes(body);
        await using TestServer server = await TestServer.StartAsync(Echo);
        foreach (HttpClient client in new[] { server.Client, server.Http2 })
        {
            using HttpResponseMessage response = await client.PostAsync("/", new ByteArrayContent(body));
            Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task The_client_is_told_to_continue_when_the_app_first_receives()
    {
        var receive100 = new TaskCompletionSource();
        var called = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, receive, send) =>
        {
            called.SetResult();
            await receive100.Task;
            byte[] body = await Apps.ReadBodyAsync(receive);
            await send(Apps.Ok);
            await send(new HttpResponseBody(body));
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        await called.Task.For("the app's call");
        Assert.Equal(0, client.Socket.Available);
        receive100.SetResult();
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadHeadAsync());
        await client.SendAsync("ok");
        await client.ReadUntilAsync("\r\n\r\nok");
    }

    [Fact]
    public async Task An_app_that_never_receives_never_says_continue()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, _, send) =>
        {
            await send(new HttpResponseStart(403));
            await send(HttpResponseBody.Empty);
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_body_there_is_one_empty_event()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, receive, send) =>
        {
            var body = Assert.IsType<HttpRequestBody>(await receive());
            await send(Apps.Ok);
            await send(new HttpResponseBody(Encoding.ASCII.GetBytes($"{body.Body.Length} {body.MoreBody}")));
        }));
        Assert.Equal("0 False", await server.Client.GetStringAsync("/"));
        Assert.Equal("0 False", await server.Http2.GetStringAsync("/"));
        using HttpResponseMessage empty = await server.Client.PostAsync("/", new ByteArrayContent([]));
        Assert.Equal("0 False", await empty.Content.ReadAsStringAsync());
    }
}
