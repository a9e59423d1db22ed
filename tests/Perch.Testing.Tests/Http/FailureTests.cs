using System.Net;

namespace Perch.Testing.Tests.Http;

public sealed class FailureTests
{
    private static readonly GatewayTestOptions Quiet = new() { RaiseAppExceptions = false };

    public static TheoryData<string> BeforeTheResponse => ["at once", "after a wait", "after start", "after debug"];

    [Theory, MemberData(nameof(BeforeTheResponse))]
    public async Task What_the_app_throws_before_its_response_can_be_seen_comes_out_of_the_call(string when)
    {
        using GatewayTestClient client = Throwing(when).CreateTestClient();

        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(() => client.GetAsync("/"))).Message);
    }

    [Theory, MemberData(nameof(BeforeTheResponse))]
    public async Task Without_that_option_it_is_a_500_without_detail(string when)
    {
        using GatewayTestClient client = Throwing(when).CreateTestClient(Quiet);

        HttpResponseMessage response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync());
        await Assert.ThrowsAsync<InvalidDataException>(() => response.GetExchange().Completion);
    }

    [Fact]
    public async Task An_app_that_returns_without_a_response_has_failed()
    {
        GatewayApp nothing = Apps.Of((_, _, _) => Task.CompletedTask);
        GatewayApp onlyStart = Apps.Answering(new HttpResponseStart(200));
        using GatewayTestClient raising = nothing.CreateTestClient();
        using GatewayTestClient quiet = onlyStart.CreateTestClient(Quiet);

        GatewayProtocolException error = await Assert.ThrowsAsync<GatewayProtocolException>(() => raising.GetAsync("/"));

        Assert.Contains("'initial'", error.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.InternalServerError, (await quiet.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_rejected_request_has_the_status_of_the_rejection()
    {
        using GatewayTestClient client = Apps.Of((_, _, _) => throw new RequestRejectedException(413, "too large")).CreateTestClient(Quiet);

        HttpResponseMessage response = await client.GetAsync("/");

        Assert.Equal((413, "too large"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("throws", true)]
    [InlineData("throws", false)]
    [InlineData("returns", true)]
    [InlineData("returns before its trailers", false)]
    public async Task A_response_that_the_app_leaves_unfinished_is_never_taken_for_complete(string how, bool raise)
    {
        GatewayApp app = Apps.Of(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200, trailers: how.Contains("trailers", StringComparison.Ordinal)));
            await send(new HttpResponseBody("partial"u8, moreBody: !how.Contains("trailers", StringComparison.Ordinal)));
            if (how == "throws")
            {
                throw new InvalidDataException("mine");
            }
        });
        using GatewayTestClient client = app.CreateTestClient(new GatewayTestOptions { RaiseAppExceptions = raise });

        using HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[100];
        Assert.Equal(7, await body.ReadAsync(buffer));
        HttpIOException error = await Assert.ThrowsAsync<HttpIOException>(() => body.CopyToAsync(Stream.Null));

        Assert.Equal(HttpRequestError.ResponseEnded, error.HttpRequestError);
        Assert.Equal(how == "throws" ? typeof(InvalidDataException) : typeof(GatewayProtocolException), error.InnerException!.GetType());
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/"));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("long")]
    public async Task A_body_of_another_length_than_declared_never_reaches_the_client(string how)
    {
        GatewayApp app = Apps.Answering(
            new HttpResponseStart(200, [("content-length", how == "short" ? "10" : "5")]),
            new HttpResponseBody(how == "short" ? "12345"u8 : "1234567890"u8));
        using GatewayTestClient client = app.CreateTestClient();

        await Assert.ThrowsAsync<GatewayProtocolException>(() => client.GetAsync("/"));
    }

    [Fact]
    public async Task An_app_that_never_answers_is_named_by_the_time_out_and_left()
    {
        (ManualClock clock, GatewayTestOptions options) = ManualClock.Create();
        TaskCompletionSource<bool> received = Apps.Source<bool>();
        TaskCompletionSource<GatewayEvent> last = Apps.Source<GatewayEvent>();
        using GatewayTestClient client = Apps.Of(async (_, receive, _) =>
        {
            await receive();
            received.SetResult(true);
            last.SetResult(await receive());
        }).CreateTestClient(options);

        Task<HttpResponseMessage> call = client.GetAsync("/never");
        await received.Task;
        clock.Pass();
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(() => call);

        Assert.StartsWith(
            "Waited 5 s in vain for the app's response. Scope: http GET /never, in the state 'initial'; the app is still running. "
            + "Messages: to the app: http.request (0 bytes)",
            error.Message, StringComparison.Ordinal);
        Assert.IsType<HttpDisconnect>(await last.Task);
    }

    [Fact]
    public async Task An_app_that_stops_in_the_middle_is_named_by_the_time_out_and_left()
    {
        (ManualClock clock, GatewayTestOptions options) = ManualClock.Create();
        TaskCompletionSource<GatewayEvent> last = Apps.Source<GatewayEvent>();
        using GatewayTestClient client = Apps.Of(async (_, receive, send) =>
        {
            await send(new HttpResponseStart(200));
            await send(new HttpResponseBody("x"u8, moreBody: true));
            await receive();
            last.SetResult(await receive());
        }).CreateTestClient(options);

        using HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        Assert.Equal('x', body.ReadByte());
        Task rest = body.CopyToAsync(Stream.Null);
        clock.Pass();
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(() => rest);

        Assert.Contains("the next part of the response's body", error.Message, StringComparison.Ordinal);
        Assert.IsType<HttpDisconnect>(await last.Task);
    }

    [Fact]
    public async Task Overlapping_calls_are_refused()
    {
        TaskCompletionSource<bool> refused = Apps.Source<bool>();
        GatewayApp sends = Apps.Of(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200));
            Task first = send(new HttpResponseBody(new byte[10], moreBody: true)).AsTask();
            await Assert.ThrowsAsync<GatewayProtocolException>(async () => await send(HttpResponseBody.Empty));
            refused.SetResult(true);
            await first;
            await send(HttpResponseBody.Empty);
        });
        GatewayApp receives = Apps.Of(async (_, receive, send) =>
        {
            await receive();
            Task<GatewayEvent> first = receive().AsTask();
            await Assert.ThrowsAsync<GatewayProtocolException>(async () => await receive());
            await send(new HttpFullResponse(200));
            await first;
        });
        var small = new GatewayTestOptions { BufferSize = 4 };
        using GatewayTestClient sending = sends.CreateTestClient(small);
        using GatewayTestClient receiving = receives.CreateTestClient(small);

        using HttpResponseMessage response = await sending.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await refused.Task;
        Assert.Equal(10, (await response.Content.ReadAsByteArrayAsync()).Length);
        await response.GetExchange().Completion;
        await (await receiving.GetAsync("/")).GetExchange().Completion;
    }

    [Fact]
    public async Task A_scope_and_an_event_that_are_kept_are_found_out()
    {
        HttpScope? scope = null;
        HttpRequestBody? body = null;
        using GatewayTestClient client = Apps.Of(async (s, receive, send) =>
        {
            scope = (HttpScope)s;
            body = (HttpRequestBody)await receive();
            Assert.Equal("/", scope.Path);
            await send(new HttpFullResponse(200));
        }).CreateTestClient();

        await (await client.GetAsync("/")).GetExchange().Completion;

        Assert.Throws<ObjectDisposedException>(() => scope!.Path);
        Assert.Throws<ObjectDisposedException>(() => scope!.Disconnected);
        Assert.Throws<ObjectDisposedException>(() => body!.Body);
    }

    private static GatewayApp Throwing(string when) => Apps.Of(async (_, receive, send) =>
    {
        switch (when)
        {
            case "after a wait":
                await receive();
                await Task.Yield();
                break;
            case "after start":
                await send(new HttpResponseStart(200));
                break;
            case "after debug":
                await send(new HttpResponseDebug(new Dictionary<string, object?>()));
                break;
        }

        throw new InvalidDataException("mine");
    });
}
