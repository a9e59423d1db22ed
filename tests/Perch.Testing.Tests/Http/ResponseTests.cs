using System.Net;
using System.Text;

namespace Perch.Testing.Tests.Http;

public sealed class ResponseTests
{
    [Fact]
    public async Task A_response_has_the_apps_status_headers_and_body()
    {
        using GatewayTestClient client = Apps.Answering(
            new HttpResponseStart(201, [("content-type", "text/plain"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x-bytes", "\u00E9")]),
            new HttpResponseBody("one, "u8, moreBody: true),
            new HttpResponseBody("two"u8)).CreateTestClient();

        HttpResponseMessage response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("set-cookie"));
        Assert.Equal("\u00E9", Assert.Single(response.Headers.GetValues("x-bytes")));
        Assert.Equal("one, two", await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpVersion.Version11, response.Version);
    }

    [Fact]
    public async Task The_head_is_there_with_the_first_part_of_the_body()
    {
        TaskCompletionSource<bool> go = Apps.Source<bool>();
        using GatewayTestClient client = Apps.Of(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200));
            await send(new HttpResponseBody("one"u8, moreBody: true));
            await go.Task;
            await send(new HttpResponseBody("two"u8));
        }).CreateTestClient();

        using HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[10];
        Assert.Equal(3, await body.ReadAsync(buffer));
        go.SetResult(true);
        Assert.Equal(3, await body.ReadAsync(buffer));
        Assert.Equal(0, await body.ReadAsync(buffer));
    }

    [Fact]
    public async Task Send_waits_for_the_reader()
    {
        int sent = 0;
        using GatewayTestClient client = Apps.Of(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200));
            for (; sent < 50; sent++)
            {
                await send(new HttpResponseBody(new byte[10], moreBody: true));
            }

            await send(HttpResponseBody.Empty);
        }).CreateTestClient(new GatewayTestOptions { BufferSize = 20 });

        using HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        Assert.InRange(sent, 0, 2);

        Assert.Equal(500, (await response.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal(50, sent);
    }

    [Fact]
    public async Task A_whole_response_in_one_event_declares_its_length()
    {
        using GatewayTestClient client = Apps.Answering(new HttpFullResponse(200, [("x-a", "1")], "whole"u8.ToArray())).CreateTestClient();

        HttpResponseMessage response = await client.GetAsync("/");

        Assert.Equal(5, response.Content.Headers.ContentLength);
        Assert.Equal("whole", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Trailers_are_there_after_the_body()
    {
        using GatewayTestClient client = Apps.Answering(
            new HttpResponseStart(200, trailers: true),
            new HttpResponseBody("body"u8),
            new HttpResponseTrailers([("x-sum", "1")], moreTrailers: true),
            new HttpResponseTrailers([("x-more", "2")])).CreateTestClient();

        HttpResponseMessage response = await client.GetAsync("/");

        Assert.Equal("body", await response.Content.ReadAsStringAsync());
        Assert.Equal(["x-sum=1", "x-more=2"], response.TrailingHeaders.Select(field => $"{field.Key}={string.Join(',', field.Value)}"));
    }

    [Fact]
    public async Task Early_hints_and_debug_information_can_be_seen()
    {
        var calls = new List<string>();
        using GatewayTestClient client = Apps.Answering(
            new HttpResponseDebug(new Dictionary<string, object?> { ["template"] = "a.html" }),
            new HttpResponseEarlyHint("</a.css>; rel=preload", "</b.js>; rel=preload"),
            new HttpResponseStart(200),
            new HttpResponseEarlyHint("</c.css>"),
            new HttpResponseBody("x"u8, moreBody: true),
            new HttpResponseEarlyHint("</late.css>"),
            HttpResponseBody.Empty).CreateTestClient(new GatewayTestOptions { OnEarlyHint = (_, links) => calls.AddRange(links) });

        GatewayExchange exchange = (await client.GetAsync("/")).GetExchange();

        Assert.Equal("a.html", exchange.DebugInfo!["template"]);
        Assert.Equal([["</a.css>; rel=preload", "</b.js>; rel=preload"], ["</c.css>"]], exchange.EarlyHints);
        Assert.Equal(["</a.css>; rel=preload", "</b.js>; rel=preload", "</c.css>"], calls);
    }

    [Fact]
    public async Task Files_are_read()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "0123456789");
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
            using GatewayTestClient whole = Apps.Answering(new HttpResponseStart(200), new HttpResponsePathSend(path)).CreateTestClient();
            using GatewayTestClient parts = Apps.Answering(
                new HttpResponseStart(200),
                new HttpResponseZeroCopySend(file, 2, 3, moreBody: true),
                new HttpResponseBody("-"u8, moreBody: true),
                new HttpResponseZeroCopySend(file, 8)).CreateTestClient(new GatewayTestOptions { BufferSize = 2 });

            HttpResponseMessage response = await whole.GetAsync("/");
            Assert.Equal("0123456789", await response.Content.ReadAsStringAsync());
            Assert.Equal(10, response.Content.Headers.ContentLength);
            Assert.Equal("234-89", await parts.GetStringAsync("/"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_the_apps_own_error()
    {
        using GatewayTestClient client = Apps.Answering(
            new HttpResponseStart(200), new HttpResponsePathSend(Path.Combine(Path.GetTempPath(), "perch-no-such-file"))).CreateTestClient();

        await Assert.ThrowsAsync<FileNotFoundException>(() => client.GetAsync("/"));
    }

    [Theory]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    [InlineData("HEAD", 200)]
    public async Task A_response_that_has_no_body_has_none_whatever_the_app_sends(string method, int status)
    {
        using GatewayTestClient client = Apps.Answering(
            new HttpResponseStart(status), new HttpResponseBody("some"u8, moreBody: true), new HttpResponseBody("thing"u8)).CreateTestClient();

        HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/"));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Head_tells_the_length_that_get_would_have()
    {
        using GatewayTestClient client = Apps.Answering(new HttpFullResponse(200, body: "hello"u8.ToArray())).CreateTestClient();

        HttpResponseMessage response = await client.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, "/"), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(5, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Fields_of_the_connection_have_no_place_in_http_2()
    {
        GatewayApp app = Apps.Answering(new HttpFullResponse(200, [("connection", "close"), ("transfer-encoding", "chunked")]));
        using GatewayTestClient client = app.CreateTestClient();

        HttpResponseMessage second = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20 });
        HttpResponseMessage first = await client.GetAsync("/");

        Assert.Empty(second.Headers);
        Assert.Equal(["Connection"], first.Headers.Select(field => field.Key));
    }

    [Fact]
    public async Task After_the_response_the_app_receives_the_disconnect_and_may_go_on()
    {
        TaskCompletionSource<bool> go = Apps.Source<bool>();
        using GatewayTestClient client = Apps.Of(async (scope, receive, send) =>
        {
            ValueTask<GatewayEvent> waiting = WaitAfterTheBody(receive);
            await send(new HttpFullResponse(200, body: "x"u8.ToArray()));
            Assert.IsType<HttpDisconnect>(await waiting);
            await go.Task;
            Assert.IsType<HttpDisconnect>(await receive());
            Assert.False(scope.Disconnected.IsCancellationRequested);
            throw new InvalidDataException("afterwards");
        }).CreateTestClient();

        HttpResponseMessage response = await client.GetAsync("/");
        Assert.Equal("x", await response.Content.ReadAsStringAsync());
        response.Dispose();
        go.SetResult(true);

        Assert.Equal("afterwards", (await Assert.ThrowsAsync<InvalidDataException>(() => response.GetExchange().Completion)).Message);
    }

    [Fact]
    public async Task Many_requests_run_at_once()
    {
        int arrived = 0;
        TaskCompletionSource<bool> all = Apps.Source<bool>();
        using GatewayTestClient client = Apps.Of(async (scope, _, send) =>
        {
            if (Interlocked.Increment(ref arrived) == 20)
            {
                all.SetResult(true);
            }

            await all.Task;
            await send(new HttpFullResponse(200, body: Encoding.UTF8.GetBytes(((HttpScope)scope).Path)));
        }).CreateTestClient();

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.GetStringAsync($"/{i}")));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"/{i}"), answers);
    }

    [Fact]
    public void Only_what_was_sent_in_memory_has_an_exchange()
    {
        Assert.Throws<InvalidOperationException>(() => new HttpRequestMessage().GetExchange());
        Assert.Throws<InvalidOperationException>(() => new HttpResponseMessage().GetExchange());
    }

    private static async ValueTask<GatewayEvent> WaitAfterTheBody(Receive receive)
    {
        await receive();
        return await receive();
    }
}
