namespace Perch.Testing.Tests.Communicator;

public sealed class BadInputTests
{
    public static TheoryData<string> Kinds => ["http", "websocket", "lifespan", "tcp"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Null_sent_by_the_app_is_refused_in_every_kind_of_scope(string kind)
    {
        GatewayProtocolException error = await FailureOf(kind, (_, _, send) => send(null!).AsTask());

        Assert.Contains("null", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_message_of_another_scope_is_refused_and_named(string kind)
    {
        GatewayEvent other = kind == "tcp" ? new HttpResponseStart(200) : TcpClose.Instance;

        GatewayProtocolException error = await FailureOf(kind, (_, _, send) => send(other).AsTask());

        Assert.Contains(other.Type, error.Message, StringComparison.Ordinal);
        Assert.Contains(kind, error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_event_that_only_apps_send_cannot_be_sent_to_the_app(string kind)
    {
        await using AppCommunicator app = AppCommunicator.Start(Apps.Of((_, _, _) => Task.CompletedTask), ScopeOf(kind));

        await Assert.ThrowsAsync<ArgumentException>(() => app.SendToAppAsync(new HttpResponseStart(200)));
        await Assert.ThrowsAsync<ArgumentException>(() => app.SendToAppAsync(kind == "http" ? TcpDisconnect.Instance : HttpDisconnect.Instance));
        await Assert.ThrowsAsync<ArgumentNullException>(() => app.SendToAppAsync(null!));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_app_that_does_not_serve_the_scope_says_so(string kind)
    {
        await using AppCommunicator app = AppCommunicator.Start(Apps.Of((scope, _, _) => throw new UnsupportedScopeException(scope)), ScopeOf(kind));

        Assert.Equal(kind, (await Assert.ThrowsAsync<UnsupportedScopeException>(() => app.WaitForEndAsync())).ScopeType);
    }

    [Fact]
    public async Task An_app_that_returns_null_instead_of_a_task_is_told_so()
    {
        await using AppCommunicator app = AppCommunicator.Start((_, _, _) => null!, new HttpScope());

        await Assert.ThrowsAsync<GatewayProtocolException>(() => app.WaitForEndAsync());
    }

    [Fact]
    public void A_scope_and_an_app_are_needed()
    {
        Assert.Throws<ArgumentNullException>(() => AppCommunicator.Start(null!, new HttpScope()));
        Assert.Throws<ArgumentNullException>(() => AppCommunicator.Start(Apps.Hello, null!));
    }

    [Theory]
    [InlineData("x-a", "1\r\nx-b: 2")]
    [InlineData("x-a\r\nx-b", "1")]
    [InlineData("x a", "1")]
    [InlineData("x-a", "\0")]
    public async Task A_header_that_would_break_the_message_is_refused_and_nothing_of_it_sent(string name, string value)
    {
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (_, _, send) =>
            {
                await Assert.ThrowsAsync<GatewayProtocolException>(async () => await send(new HttpResponseStart(200, [(name, value)])));
                await send(new HttpResponseStart(204));
            }),
            new HttpScope());

        Assert.Equal(204, (await app.ReceiveFromAppAsync<HttpResponseStart>()).Status);
        await app.WaitForEndAsync();
    }

    [Theory]
    [InlineData(5, "longer")]
    [InlineData(15, "shorter")]
    public async Task A_body_that_is_not_as_long_as_declared_is_refused(int declared, string how)
    {
        GatewayProtocolException error = await FailureOf("http", async (_, _, send) =>
        {
            await send(new HttpResponseStart(200, [("content-length", $"{declared}")]));
            await send(new HttpResponseBody("0123456789"u8));
        });

        Assert.Contains(how, error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_receive_that_overlaps_another_is_refused(string kind)
    {
        GatewayProtocolException error = await FailureOf(kind, async (_, receive, _) =>
        {
            _ = receive().AsTask();
            await receive();
        });

        Assert.Contains("receive()", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_scope_that_is_kept_is_stale_when_the_app_has_ended(string kind)
    {
        Scope? kept = null;
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of((scope, _, _) =>
            {
                kept = scope;
                return Task.CompletedTask;
            }),
            ScopeOf(kind));
        await app.WaitForEndAsync();

        switch (kept)
        {
            case RequestScope request:
                Assert.Throws<ObjectDisposedException>(() => request.Path);
                break;
            case TcpScope tcp:
                Assert.Throws<ObjectDisposedException>(() => tcp.Client);
                break;
            default:
                // What a lifespan's scope holds is the app's own.
                Assert.Empty(kept!.State);
                break;
        }
    }

    [Fact]
    public async Task The_memory_of_an_event_is_gone_at_the_next_receive()
    {
        var given = new HttpRequestBody("abc"u8.ToArray(), moreBody: true);
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (_, receive, _) =>
            {
                var first = (HttpRequestBody)await receive();
                Assert.Equal(3, first.Body.Length);
                var second = (HttpRequestBody)await receive();
                Assert.NotSame(first, second);
                Assert.Throws<ObjectDisposedException>(() => first.Body);
            }),
            new HttpScope());

        await app.SendToAppAsync(given);
        await app.SendToAppAsync(given);
        await app.WaitForEndAsync();

        Assert.Equal(3, given.Body.Length);
        Assert.True(HttpRequestBody.Empty.Body.IsEmpty);
    }

    [Fact]
    public async Task A_send_that_is_refused_leaves_the_app_free_to_go_on()
    {
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (_, _, send) =>
            {
                await Assert.ThrowsAsync<GatewayProtocolException>(async () => await send(HttpResponseBody.Empty));
                await send(new HttpFullResponse(200));
            }),
            new HttpScope());

        await app.ReceiveFromAppAsync<HttpFullResponse>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_time_out_is_positive_or_infinite(int milliseconds)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GatewayTestOptions { Timeout = TimeSpan.FromMilliseconds(milliseconds) });
        Assert.Equal(Timeout.InfiniteTimeSpan, new GatewayTestOptions { Timeout = Timeout.InfiniteTimeSpan }.Timeout);
    }

    private static Scope ScopeOf(string kind) => kind switch
    {
        "http" => new HttpScope(),
        "websocket" => new WebSocketScope(),
        "lifespan" => new LifespanScope(),
        _ => new TcpScope(),
    };

    private static async Task<GatewayProtocolException> FailureOf(string kind, Func<Scope, Receive, Send, Task> app)
    {
        await using AppCommunicator communicator = AppCommunicator.Start(new GatewayApp(app), ScopeOf(kind));
        return await Assert.ThrowsAsync<GatewayProtocolException>(() => communicator.WaitForEndAsync());
    }
}
