namespace Perch.Tests.Lifespans;

public sealed class WithLifespanTests
{
    private static readonly GatewayApp NoLifespan = (scope, _, _) => scope is LifespanScope ? throw new UnsupportedScopeException(scope) : Task.CompletedTask;
    private readonly List<string> _steps = [];

    [Fact]
    public async Task Functions_RunAtStartAndStop_WithTheSameState()
    {
        var runner = new LifespanRunner(
            NoLifespan.WithLifespan(
                async state =>
                {
                    await Task.Yield();
                    state["db"] = "open";
                },
                state =>
                {
                    state["db"] = "closed";
                    return Task.CompletedTask;
                }),
            LifespanMode.On);
        await runner.StartAsync(default);
        Assert.Equal("open", runner.State["db"]);
        await runner.StopAsync(default);
        Assert.Equal("closed", runner.State["db"]);
    }

    [Fact]
    public async Task BothFunctions_AreOptional()
    {
        var runner = new LifespanRunner(NoLifespan.WithLifespan(), LifespanMode.On);
        await runner.StartAsync(default);
        Assert.True(runner.IsRunning);
        await runner.StopAsync(default);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StartThatThrows_FailsWithItsMessageAndCause(bool later)
    {
        var runner = new LifespanRunner(
            NoLifespan.WithLifespan(
                async _ =>
                {
                    if (later)
                    {
                        await Task.Yield();
                    }

                    throw new InvalidOperationException("no database");
                },
                Step("stop")),
            LifespanMode.Auto);
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(default));
        Assert.Equal("no database", failure.Message);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Empty(_steps);
    }

    [Fact]
    public async Task StopThatThrows_FailsWithItsMessage()
    {
        var runner = new LifespanRunner(NoLifespan.WithLifespan(stop: _ => throw new InvalidOperationException("disk full")), LifespanMode.Auto);
        await runner.StartAsync(default);
        Assert.Equal("disk full", (await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StopAsync(default))).Message);
    }

    [Fact]
    public async Task LifespanOfTheApp_RunsInside()
    {
        GatewayApp app = NoLifespan.WithLifespan(Step("+inner"), Step("-inner")).WithLifespan(Step("+outer"), Step("-outer"));
        var runner = new LifespanRunner(app, LifespanMode.On);
        await runner.StartAsync(default);
        await runner.StopAsync(default);
        Assert.Equal(["+outer", "+inner", "-inner", "-outer"], _steps);
    }

    [Fact]
    public async Task LifespanOfTheAppThatFails_UndoesTheStart()
    {
        GatewayApp app = NoLifespan.WithLifespan(_ => throw new InvalidOperationException("inner")).WithLifespan(Step("+outer"), Step("-outer"));
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => new LifespanRunner(app, LifespanMode.On).StartAsync(default));
        Assert.Equal("inner", failure.Message);
        Assert.Equal(["+outer", "-outer"], _steps);
    }

    [Fact]
    public async Task OtherScopes_GoToTheAppAsTheyAre()
    {
        Scope? seen = null;
        GatewayApp app = Lifespan.WithLifespan((scope, _, _) =>
        {
            seen = scope;
            return Task.CompletedTask;
        });
        var http = new HttpScope();
        await app(http, null!, null!);
        Assert.Same(http, seen);
        Assert.Throws<ArgumentNullException>(() => Lifespan.WithLifespan(null!));
    }

    private Func<IDictionary<string, object?>, Task> Step(string name) => _ =>
    {
        _steps.Add(name);
        return Task.CompletedTask;
    };
}
