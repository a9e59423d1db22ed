using System.Net;
using Microsoft.Extensions.Logging;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Messages;

public class FailureTests
{
    private const string Secret = "the secret of the app";

    private static readonly GatewayApp ThrowsAtOnce = Apps.Http((_, _, _) => throw new InvalidOperationException(Secret));

    private static readonly GatewayApp ThrowsLater = Apps.Http(async (_, _, _) =>
    {
        await Task.Yield();
        throw new InvalidOperationException(Secret);
    });

    private static readonly GatewayApp ThrowsAfterStart = Apps.Http(async (_, _, send) =>
    {
        await send(new HttpResponseStart(201, [("x-app", "1"), ("content-length", "3")]));
        throw new InvalidOperationException(Secret);
    });

    private static readonly GatewayApp ReturnsEarly = Apps.Http((_, _, _) => Task.CompletedTask);

    private static readonly GatewayApp ReturnsAfterStart = Apps.Http(async (_, _, send) => await send(new HttpResponseStart(201, [("x-app", "1")])));

    private static readonly GatewayApp ReturnsNull = Apps.Http((_, _, _) => null!);

    private static readonly GatewayApp IsTooLong = Apps.Http(async (_, _, send) =>
    {
        await send(new HttpResponseStart(200, [("content-length", "3")]));
        await send(new HttpResponseBody("1234"u8));
    });

    private static readonly GatewayApp IsTooShort = Apps.Http(async (_, _, send) =>
    {
        await send(new HttpResponseStart(200, [("content-length", "3")]));
        await send(new HttpResponseBody("12"u8));
    });

    private static readonly GatewayApp SendsNull = Apps.Http(async (_, _, send) => await send(null!));

    private static readonly GatewayApp SendsAnotherScopes = Apps.Http(async (_, _, send) => await send(new WebSocketSend("x")));

    private static readonly GatewayApp SendsWhatItReceived = Apps.Http(async (_, receive, send) => await send(await receive()));

    private static readonly GatewayApp SplitsTheHead = Apps.Http(async (_, _, send) => await send(new HttpResponseStart(200, [("x", "a\r\nb: c")])));

    private static readonly GatewayApp SendsAnInterimStatus = Apps.Http(async (_, _, send) => await send(new HttpResponseStart(101)));

    private static readonly GatewayApp UnknownScope = (scope, _, _) => throw new UnsupportedScopeException(scope);

    public static TheoryData<string> Failing =>
    [
        nameof(ThrowsAtOnce), nameof(ThrowsLater), nameof(ThrowsAfterStart), nameof(ReturnsEarly), nameof(ReturnsAfterStart), nameof(ReturnsNull),
        nameof(IsTooLong), nameof(IsTooShort), nameof(SendsNull), nameof(SendsAnotherScopes), nameof(SendsWhatItReceived), nameof(SplitsTheHead),
        nameof(SendsAnInterimStatus), nameof(UnknownScope),
    ];

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task Before_the_response_has_started_the_client_gets_500_without_detail_and_the_error_is_logged_once(string name)
    {
        await using TestServer server = await TestServer.StartAsync(AppOf(name));
        foreach (HttpClient client in new[] { server.Client, server.Http2 })
        {
            server.Logs.Clear();
            using HttpResponseMessage response = await client.GetAsync("/some%20path?q=1");
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
            Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync());
            Assert.False(response.Headers.Contains("x-app"), "A header of the response that failed got through.");
            await server.IdleAsync();
            LogEntry error = Assert.Single(server.Logs.AboveDebug);
            Assert.Equal(LogLevel.Error, error.Level);
            Assert.Equal("Perch.AspNetCore", error.Category);
            Assert.Equal(1, error.Id.Id);
            Assert.StartsWith("GET /some%20path: the app failed", error.Message, StringComparison.Ordinal);
            Assert.NotNull(error.Exception);
        }
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task In_Development_the_500_tells_what_was_thrown(string name)
    {
        await using TestServer server = await TestServer.StartAsync(AppOf(name), new() { Environment = "Development" });
        using HttpResponseMessage response = await server.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        string detail = await response.Content.ReadAsStringAsync();
        await server.IdleAsync();
        Assert.Contains(server.Logs.Errors.Single().Exception!.Message, detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_response_has_started_HTTP_1_is_cut_without_a_last_chunk(bool throws)
    {
        // Kestrel's abort throws away what its socket has not taken yet; so the app fails when the client has what was sent.
        var fail = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(StartsAndFails(throws, fail.Task));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync("\r\n4\r\npart\r\n");
        fail.SetResult();
        string answer = await client.ReadToEndAsync();
        Assert.DoesNotContain("\r\n0\r\n", answer, StringComparison.Ordinal);
        await server.IdleAsync();
        LogEntry error = Assert.Single(server.Logs.Errors);
        Assert.StartsWith("GET /x: the app failed; the connection is aborted", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Level == LogLevel.Warning);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_response_has_started_HTTP_2_resets_the_stream_and_others_go_on(bool throws)
    {
        // A reset that comes before the client has looked at the head takes the head with it; so the app fails after that.
        var fail = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        GatewayApp failing = StartsAndFails(throws, fail.Task);
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (http, receive, send) =>
        {
            if (http.Path == "/fail")
            {
                await failing(http, receive, send);
                return;
            }

            await send(Apps.Ok);
            await send(new HttpResponseBody("1"u8, moreBody: true));
            await goOn.Task;
            await send(new HttpResponseBody("2"u8));
        }));
        using HttpResponseMessage other = await server.Http2.GetAsync("/other", HttpCompletionOption.ResponseHeadersRead);
        using HttpResponseMessage response = await server.Http2.GetAsync("/fail", HttpCompletionOption.ResponseHeadersRead);
        fail.SetResult();
        HttpRequestException cut = await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
        Assert.Equal(2, Assert.IsType<HttpProtocolException>(cut.InnerException).ErrorCode);
        goOn.SetResult();
        Assert.Equal("12", await other.Content.ReadAsStringAsync().For("the rest of the other stream"));
        await server.IdleAsync();
        Assert.Single(server.Logs.Errors);
    }

    [Fact]
    public async Task A_body_that_grows_longer_than_declared_is_cut_at_what_was_right()
    {
        var goOn = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200, [("content-length", "6")]));
            await send(new HttpResponseBody("1234"u8, moreBody: true));
            await goOn.Task;
            await send(new HttpResponseBody("567"u8));
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\n1234");
        goOn.SetResult();
        Assert.EndsWith("\r\n\r\n1234", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Single(server.Logs.Errors);
    }

    [Fact]
    public async Task An_error_after_the_whole_response_is_logged_and_spoils_nothing()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (http, receive, send) =>
        {
            await Apps.Hello(http, receive, send);
            throw new InvalidOperationException(Secret);
        }));
        using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await client.ReadUntilAsync("\r\n\r\nHello", client.Received.Length);
        }

        await server.IdleAsync();
        Assert.Equal(2, server.Logs.Errors.Count);
    }

    [Fact]
    public async Task A_refused_message_leaves_the_app_free_to_go_on()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, _, send) =>
        {
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new HttpResponseBody("x"u8)).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new HttpResponseStart(200, [("b ad", "")])).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(null!).AsTask());
            await send(new HttpResponseStart(200, [("content-length", "2")]));
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(new HttpResponseBody("abc"u8)).AsTask());
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(Apps.Ok).AsTask());
            await send(new HttpResponseBody("ok"u8));
            await Assert.ThrowsAsync<GatewayProtocolException>(() => send(HttpResponseBody.Empty).AsTask());
        }));
        Assert.Equal("ok", await server.Client.GetStringAsync("/"));
        Assert.Empty(server.Logs.Errors);
    }

    private static GatewayApp AppOf(string name) => name switch
    {
        nameof(ThrowsAtOnce) => ThrowsAtOnce,
        nameof(ThrowsLater) => ThrowsLater,
        nameof(ThrowsAfterStart) => ThrowsAfterStart,
        nameof(ReturnsEarly) => ReturnsEarly,
        nameof(ReturnsAfterStart) => ReturnsAfterStart,
        nameof(ReturnsNull) => ReturnsNull,
        nameof(IsTooLong) => IsTooLong,
        nameof(IsTooShort) => IsTooShort,
        nameof(SendsNull) => SendsNull,
        nameof(SendsAnotherScopes) => SendsAnotherScopes,
        nameof(SendsWhatItReceived) => SendsWhatItReceived,
        nameof(SplitsTheHead) => SplitsTheHead,
        nameof(SendsAnInterimStatus) => SendsAnInterimStatus,
        _ => UnknownScope,
    };

    private static GatewayApp StartsAndFails(bool throws, Task when) => Apps.Http(async (_, _, send) =>
    {
        await send(Apps.Ok);
        await send(new HttpResponseBody("part"u8, moreBody: true));
        await when;
        if (throws)
        {
            throw new InvalidOperationException(Secret);
        }
    });
}
