namespace Perch.Testing.Tests;

public sealed class LifespanManagerTests
{
    [Fact]
    public async Task The_app_is_started_and_stopped_and_its_state_can_be_seen()
    {
        var steps = new List<string>();
        GatewayApp app = WithLifespan(scope => scope.State["started"] = true, () => steps.Add("stopped"));

        await using (LifespanManager lifespan = await LifespanManager.StartAsync(app))
        {
            Assert.True(lifespan.IsRunning);
            Assert.Equal(true, lifespan.State["started"]);
            Assert.Empty(steps);
        }

        Assert.Equal(["stopped"], steps);
    }

    [Fact]
    public async Task A_startup_that_fails_has_the_message_of_the_app()
    {
        GatewayApp app = Apps.Of(async (_, receive, send) =>
        {
            await receive();
            await send(new LifespanStartupFailed("no database"));
        });

        Assert.Equal("no database", (await Assert.ThrowsAsync<LifespanFailedException>(() => LifespanManager.StartAsync(app))).Message);
    }

    [Fact]
    public async Task A_startup_that_throws_has_what_was_thrown()
    {
        GatewayApp app = Apps.Of((_, _, _) => throw new InvalidDataException("mine"));

        LifespanFailedException error = await Assert.ThrowsAsync<LifespanFailedException>(() => LifespanManager.StartAsync(app));

        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Fact]
    public async Task An_app_without_a_lifespan_has_none_unless_it_must()
    {
        GatewayApp app = Apps.Of((scope, _, _) => throw new UnsupportedScopeException(scope));

        await using LifespanManager lifespan = await LifespanManager.StartAsync(app);

        Assert.False(lifespan.IsRunning);
        await Assert.ThrowsAsync<LifespanFailedException>(() => LifespanManager.StartAsync(app, mode: LifespanMode.On));
    }

    [Fact]
    public async Task A_shutdown_that_fails_comes_out_of_the_stop()
    {
        GatewayApp app = Apps.Of(async (_, receive, send) =>
        {
            await receive();
            await send(LifespanStartupComplete.Instance);
            await receive();
            await send(new LifespanShutdownFailed("stuck"));
        });
        LifespanManager lifespan = await LifespanManager.StartAsync(app);

        Assert.Equal("stuck", (await Assert.ThrowsAsync<LifespanFailedException>(() => lifespan.StopAsync())).Message);
        await lifespan.DisposeAsync();
    }

    [Fact]
    public async Task A_startup_that_does_not_end_is_named()
    {
        (ManualClock clock, GatewayTestOptions options) = ManualClock.Create();
        TaskCompletionSource<bool> received = Apps.Source<bool>();
        GatewayApp app = Apps.Of(async (_, receive, _) =>
        {
            await receive();
            received.SetResult(true);
            await receive();
        });

        Task<LifespanManager> start = LifespanManager.StartAsync(app, options);
        await received.Task;
        clock.Pass();
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(() => start);

        Assert.Equal(
            "Waited 5 s in vain for lifespan.startup.complete or lifespan.startup.failed. Scope: lifespan. Messages: to the app: lifespan.startup.",
            error.Message);
    }

    [Fact]
    public async Task Each_request_has_a_shallow_copy_of_the_state()
    {
        var shared = new List<int>();
        GatewayApp lifespan = WithLifespan(scope => scope.State["shared"] = shared, () => { });
        GatewayApp app = Apps.Of(async (scope, receive, send) =>
        {
            if (scope is LifespanScope)
            {
                await lifespan(scope, receive, send);
                return;
            }

            ((List<int>)scope.State["shared"]!).Add(1);
            Assert.False(scope.State.ContainsKey("mine"));
            scope.State["mine"] = 1;
            await send(new HttpFullResponse(200));
        });

        await using GatewayTestClient client = await GatewayTestClient.StartAsync(app);
        (await client.GetAsync("/")).EnsureSuccessStatusCode();
        (await client.GetAsync("/")).EnsureSuccessStatusCode();

        Assert.Equal([1, 1], shared);
        Assert.Equal(["shared"], client.Lifespan!.State.Keys);
    }

    [Fact]
    public async Task A_client_without_lifespan_does_not_ask_the_app()
    {
        await using GatewayTestClient off = await GatewayTestClient.StartAsync(Apps.Hello, lifespan: LifespanMode.Off);
        using GatewayTestClient plain = Apps.Hello.CreateTestClient();

        Assert.Null(off.Lifespan);
        Assert.Null(plain.Lifespan);
        Assert.Equal("Hello, World!", await off.GetStringAsync("/"));
    }

    private static GatewayApp WithLifespan(Action<Scope> start, Action stop) => Apps.Of(async (scope, receive, send) =>
    {
        await receive();
        start(scope);
        await send(LifespanStartupComplete.Instance);
        await receive();
        stop();
        await send(LifespanShutdownComplete.Instance);
    });
}
