using System.Net;
using System.Text;

namespace Perch.Testing.Tests.Http;

public sealed class RequestTests
{
    [Fact]
    public async Task The_scope_has_what_the_request_says()
    {
        HttpScope scope = await ScopeOf(new HttpRequestMessage(HttpMethod.Post, "https://example.org:8443/caf%C3%A9/a%2Fb?q=1%202#f")
        {
            Version = HttpVersion.Version20,
            Headers = { { "X-Many", ["1", "2"] } },
            Content = new StringContent("abc", Encoding.UTF8, "text/plain"),
        });

        Assert.Equal("POST", scope.Method);
        Assert.Equal("2", scope.HttpVersion);
        Assert.Equal("https", scope.Scheme);
        Assert.Equal("/café/a/b", scope.Path);
        Assert.Equal("/caf%C3%A9/a%2Fb", Encoding.ASCII.GetString(scope.RawPath.Span));
        Assert.Equal("q=1%202", Encoding.ASCII.GetString(scope.QueryString.Span));
        Assert.Equal(new ScopeAddress("testclient", 50000), scope.Client);
        Assert.Equal(new ScopeAddress("example.org", 8443), scope.Server);
        Assert.Equal(
            ["host: example.org:8443", "x-many: 1, 2", "content-type: text/plain; charset=utf-8", "content-length: 3"],
            scope.Headers.Select(header => header.ToString()));
    }

    [Fact]
    public async Task A_request_through_the_client_is_to_testserver()
    {
        HttpScope scope = await ScopeOf(new HttpRequestMessage(HttpMethod.Get, "/"));

        Assert.Equal(("GET", "1.1", "http", "/", ""), (scope.Method, scope.HttpVersion, scope.Scheme, scope.Path, scope.RootPath));
        Assert.Equal(["host: testserver"], scope.Headers.Select(header => header.ToString()));
        Assert.Equal(new ScopeAddress("testserver", 80), scope.Server);
        Assert.True(scope.QueryString.IsEmpty);
        Assert.Null(scope.Tls);
    }

    [Theory]
    [InlineData("/a%zz%4", "/a%zz%4")]
    [InlineData("/%ff", "/\uFFFD")]
    [InlineData("/%E2%82%AC", "/€")]
    public void A_path_is_decoded_as_far_as_it_can_be(string raw, string path) =>
        Assert.Equal(path, Testing.Http.PercentDecoding.Decode(Encoding.ASCII.GetBytes(raw)));

    [Fact]
    public async Task A_uri_that_is_not_normalised_stays_so()
    {
        var uri = new Uri("http://testserver/a/../b%41?x", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        HttpScope scope = await ScopeOf(new HttpRequestMessage(HttpMethod.Get, uri));

        Assert.Equal("/a/../b%41", Encoding.ASCII.GetString(scope.RawPath.Span));
        Assert.Equal("/a/../bA", scope.Path);
    }

    [Fact]
    public async Task The_root_path_is_part_of_the_path()
    {
        var options = new GatewayTestOptions { RootPath = "/gw" };

        HttpScope scope = await ScopeOf(new HttpRequestMessage(HttpMethod.Get, "/gw/a"), options);

        Assert.Equal(("/gw/a", "/gw", "/a"), (scope.Path, scope.RootPath, scope.RoutePath));
        using GatewayTestClient client = Apps.Hello.CreateTestClient(options);
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync("/gwa"));
        Assert.Throws<ArgumentException>(() => new GatewayTestOptions { RootPath = "gw" });
        Assert.Throws<ArgumentException>(() => new GatewayTestOptions { RootPath = "/" });
    }

    [Fact]
    public async Task Options_set_the_client_and_the_tls_connection()
    {
        HttpScope scope = await ScopeOf(
            new HttpRequestMessage(HttpMethod.Get, "/"),
            new GatewayTestOptions { Client = null, Tls = new TlsInfo { TlsVersion = 0x0304 } });

        Assert.Null(scope.Client);
        Assert.Equal(0x0304, scope.Tls!.TlsVersion);
    }

    [Fact]
    public async Task A_request_without_content_has_an_empty_body_and_says_so_where_content_has_a_meaning()
    {
        HttpScope scope = await ScopeOf(new HttpRequestMessage(HttpMethod.Post, "/"));

        Assert.Equal("0", scope.Headers.GetValue("content-length"));
        Assert.Equal([("", false)], await BodyOf(new HttpRequestMessage(HttpMethod.Get, "/")));
    }

    [Fact]
    public async Task A_body_of_known_length_ends_with_its_last_byte() =>
        Assert.Equal([("abc", false)], await BodyOf(new HttpRequestMessage(HttpMethod.Put, "/") { Content = new StringContent("abc") }));

    [Fact]
    public async Task A_body_is_cut_to_the_size_of_the_buffer() => Assert.Equal(
        [("abcd", true), ("efgh", true), ("i", false)],
        await BodyOf(
            new HttpRequestMessage(HttpMethod.Put, "/") { Content = new StringContent("abcdefghi") }, new GatewayTestOptions { BufferSize = 4 }));

    [Fact]
    public async Task Content_of_unknown_length_is_chunked()
    {
        var content = new PushContent(async stream => await stream.WriteAsync("abc"u8.ToArray()));
        HttpScope? seen = null;
        string body = "";
        using GatewayTestClient client = Apps.Of(async (scope, receive, send) =>
        {
            seen = ((HttpScope)scope).Detach();
            bool more = true;
            while (more)
            {
                var part = (HttpRequestBody)await receive();
                body += Encoding.UTF8.GetString(part.Body.Span);
                more = part.MoreBody;
            }

            await send(new HttpFullResponse(200));
        }).CreateTestClient();

        await client.PostAsync("/", content);

        Assert.Equal("abc", body);
        Assert.Equal("chunked", seen!.Headers.GetValue("transfer-encoding"));
        Assert.False(seen.Headers.Contains("content-length"));
    }

    [Fact]
    public async Task Content_waits_while_the_app_does_not_receive()
    {
        int written = 0;
        TaskCompletionSource<bool> first = Apps.Source<bool>();
        TaskCompletionSource<bool> go = Apps.Source<bool>();
        var content = new PushContent(async stream =>
        {
            while (written < 100)
            {
                // Before the write: the app may have it before the write has returned.
                written++;
                await stream.WriteAsync(new byte[10]);
            }
        });
        using GatewayTestClient client = Apps.Of(async (_, receive, send) =>
        {
            int got = ((HttpRequestBody)await receive()).Body.Length;
            first.SetResult(true);
            await go.Task;
            bool more = true;
            while (more)
            {
                var part = (HttpRequestBody)await receive();
                got += part.Body.Length;
                more = part.MoreBody;
            }

            await send(new HttpFullResponse(200, body: Encoding.ASCII.GetBytes($"{got}")));
        }).CreateTestClient(new GatewayTestOptions { BufferSize = 20 });

        Task<HttpResponseMessage> response = client.PostAsync("/", content);
        await first.Task;
        Assert.InRange(written, 1, 7);
        go.SetResult(true);

        Assert.Equal("1000", await (await response).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Content_that_nobody_reads_does_not_hold_the_response_up()
    {
        using GatewayTestClient client = Apps.Answering(new HttpFullResponse(200)).CreateTestClient(new GatewayTestOptions { BufferSize = 1 });

        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/", new ByteArrayContent(new byte[100]))).StatusCode);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Content_that_is_not_as_long_as_declared_fails_the_client_and_leaves_the_app(int declared)
    {
        TaskCompletionSource<GatewayEvent> last = Apps.Source<GatewayEvent>();
        var content = new PushContent(async stream => await stream.WriteAsync("abc"u8.ToArray()), declared);
        using GatewayTestClient client = ReadingUntilTheEnd(last).CreateTestClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("/", content));

        Assert.IsType<HttpDisconnect>(await last.Task);
    }

    [Fact]
    public async Task Content_that_throws_fails_the_client_and_leaves_the_app()
    {
        TaskCompletionSource<GatewayEvent> last = Apps.Source<GatewayEvent>();
        var content = new PushContent(_ => throw new InvalidDataException("mine"));
        using GatewayTestClient client = ReadingUntilTheEnd(last).CreateTestClient();

        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("/", content));

        Assert.IsType<InvalidDataException>(error.InnerException);
        Assert.IsType<HttpDisconnect>(await last.Task);
    }

    [Fact]
    public async Task Content_that_throws_while_the_app_does_not_receive_fails_the_client_too()
    {
        TaskCompletionSource<bool> received = Apps.Source<bool>();
        var content = new PushContent(async stream =>
        {
            await stream.WriteAsync("abc"u8.ToArray());
            await received.Task;
            throw new InvalidDataException("mine");
        });
        using GatewayTestClient client = Apps.Of(async (scope, receive, send) =>
        {
            TaskCompletionSource<bool> left = Apps.Source<bool>();
            scope.Disconnected.Register(() => left.SetResult(true));
            await receive();
            received.SetResult(true);
            await left.Task;
            await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await send(new HttpResponseStart(200)));
        }).CreateTestClient();
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));

        await request.GetExchange().Completion;
    }

    [Fact]
    public void A_client_that_blocks_is_served_too()
    {
        using GatewayTestClient client = Apps.Hello.CreateTestClient();

        using HttpResponseMessage response = client.Send(new HttpRequestMessage(HttpMethod.Get, "/"));
        using var reader = new StreamReader(response.Content.ReadAsStream());

        Assert.Equal("Hello, World!", reader.ReadToEnd());
    }

    [Fact]
    public async Task A_request_needs_an_absolute_uri()
    {
        using var client = new HttpMessageInvoker(new GatewayMessageHandler(Apps.Hello));

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative)), CancellationToken.None));
    }

    private static GatewayApp ReadingUntilTheEnd(TaskCompletionSource<GatewayEvent> last) => Apps.Of(async (_, receive, _) =>
    {
        GatewayEvent message = await receive();
        while (message is HttpRequestBody { MoreBody: true })
        {
            message = await receive();
        }

        last.SetResult(message is HttpRequestBody ? await receive() : message);
    });

    private static async Task<HttpScope> ScopeOf(HttpRequestMessage request, GatewayTestOptions? options = null)
    {
        HttpScope? seen = null;
        using GatewayTestClient client = Apps.Of(async (scope, _, send) =>
        {
            seen = ((HttpScope)scope).Detach();
            await send(new HttpFullResponse(204));
        }).CreateTestClient(options);
        await client.SendAsync(request);
        return seen!;
    }

    private static async Task<List<(string Body, bool More)>> BodyOf(HttpRequestMessage request, GatewayTestOptions? options = null)
    {
        var parts = new List<(string Body, bool More)>();
        using GatewayTestClient client = Apps.Of(async (_, receive, send) =>
        {
            do
            {
                var part = (HttpRequestBody)await receive();
                parts.Add((Encoding.UTF8.GetString(part.Body.Span), part.MoreBody));
            }
            while (parts[^1].More);
            await send(new HttpFullResponse(204));
        }).CreateTestClient(options);
        await client.SendAsync(request);
        return parts;
    }
}
