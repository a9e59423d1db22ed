namespace Perch.Tests.Composition;

public sealed class MountLifespanTests
{
    private readonly List<string> _steps = [];

    [Fact]
    public async Task AppsStartInOrder_AndStopInReverse_EachOnce()
    {
        GatewayApp shared = App("b");
        LifespanRunner runner = Runner(new Mount().Add("/a", App("a")).Add("/b", shared).Add("/b2", shared).AddFallback(App("c")));
        await runner.StartAsync(default);
        Assert.Equal(["+a", "+b", "+c"], _steps);
        await runner.StopAsync(default);
        Assert.Equal(["+a", "+b", "+c", "-c", "-b", "-a"], _steps);
    }

    [Fact]
    public async Task FailedStartup_StopsThoseBefore_AndHasItsMessage()
    {
        LifespanRunner runner = Runner(new Mount().Add("/a", App("a")).Add("/b", App("b")).Add("/c", App("c", startFails: true)).AddFallback(App("d")));
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(default));
        Assert.Equal("c cannot start", failure.Message);
        Assert.Equal(["+a", "+b", "-b", "-a"], _steps);
    }

    [Fact]
    public async Task FailuresOfCleaningUp_AreTold()
    {
        LifespanRunner runner = Runner(new Mount().Add("/a", App("a", stopFails: true)).Add("/b", App("b", startFails: true)));
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(default));
        Assert.Equal("b cannot start; a cannot stop", failure.Message);
    }

    [Fact]
    public async Task FailedShutdown_DoesNotKeepTheOthersRunning()
    {
        LifespanRunner runner = Runner(new Mount().Add("/a", App("a")).Add("/b", App("b", stopFails: true)).Add("/c", App("c", stopFails: true)));
        await runner.StartAsync(default);
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StopAsync(default));
        Assert.Equal("c cannot stop; b cannot stop", failure.Message);
        Assert.Equal("-a", _steps[^1]);
    }

    [Fact]
    public async Task AppWithoutLifespan_HasNone()
    {
        GatewayApp none = (scope, _, _) => throw new UnsupportedScopeException(scope);
        LifespanRunner runner = Runner(new Mount().Add("/a", none).Add("/b", App("b")));
        await runner.StartAsync(default);
        await runner.StopAsync(default);
        Assert.Equal(["+b", "-b"], _steps);
    }

    [Fact]
    public async Task AppThatThrows_FailsTheStartup()
    {
        LifespanRunner runner = Runner(new Mount().Add("/a", App("a")).Add("/b", (_, _, _) => throw new InvalidOperationException("no database")));
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(default));
        Assert.Contains("no database", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["+a", "-a"], _steps);
    }

    [Fact]
    public async Task EachApp_HasAStateOfItsOwn_AndItsRequestsAShallowCopy()
    {
        var seen = new Dictionary<string, IDictionary<string, object?>>();
        object pool = new();
        GatewayApp Stateful(string name) => Lifespan.WithLifespan(
            (scope, _, _) =>
            {
                seen[name] = scope.State;
                return Task.CompletedTask;
            },
            state =>
            {
                Assert.Same(pool, state["pool"]);
                state["name"] = name;
                return Task.CompletedTask;
            });

        GatewayApp mount = new Mount().Add("/a", Stateful("a")).Add("/b", Stateful("b")).AddFallback(Stateful("site")).Build();
        var runner = new LifespanRunner(mount, LifespanMode.On, new Dictionary<string, object?> { ["pool"] = pool });
        await runner.StartAsync(default);
        Assert.False(runner.State.ContainsKey("name"));

        var request = new HttpScope { Path = "/a", State = new Dictionary<string, object?> { ["pool"] = "this request's", ["user"] = "ada" } };
        await mount(request, null!, null!);
        Assert.Equal(("a", "this request's", "ada"), (seen["a"]["name"], seen["a"]["pool"], seen["a"]["user"]));
        seen["a"]["name"] = "changed";
        Assert.False(request.State.ContainsKey("name"));

        await mount(new HttpScope { Path = "/a" }, null!, null!);
        Assert.Equal("a", seen["a"]["name"]);
        await mount(new WebSocketScope { Path = "/b" }, null!, null!);
        Assert.Equal("b", seen["b"]["name"]);
        await mount(new TcpScope(), null!, null!);
        Assert.Equal("site", seen["site"]["name"]);
        await mount(new HttpScope(), null!, null!);
        Assert.Equal("site", seen["site"]["name"]);

        await runner.StopAsync(default);
        await mount(new HttpScope { Path = "/a" }, null!, null!);
        Assert.Empty(seen["a"]);
    }

    private static LifespanRunner Runner(Mount mount) => new(mount.Build(), LifespanMode.On);

    private GatewayApp App(string name, bool startFails = false, bool stopFails = false) => async (_, receive, send) =>
    {
        await receive();
        if (startFails)
        {
            await send(new LifespanStartupFailed($"{name} cannot start"));
            return;
        }

        _steps.Add($"+{name}");
        await send(LifespanStartupComplete.Instance);
        await receive();
        _steps.Add($"-{name}");
        await send(stopFails ? new LifespanShutdownFailed($"{name} cannot stop") : LifespanShutdownComplete.Instance);
    };
}
