namespace Perch.Tests.Lifespans;

public sealed class LifespanRunnerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(LifespanMode.Auto)]
    [InlineData(LifespanMode.On)]
    public async Task App_StartsServesAndStops(LifespanMode mode)
    {
        var steps = new List<string>();
        var runner = new LifespanRunner(
            async (scope, receive, send) =>
            {
                steps.Add((await receive()).Type);
                scope.State["db"] = 1;
                await send(LifespanStartupComplete.Instance);
                steps.Add((await receive()).Type);
                await send(LifespanShutdownComplete.Instance);
            },
            mode);
        await runner.StartAsync(None);
        Assert.True(runner.IsRunning);
        Assert.Equal(1, runner.State["db"]);
        Assert.Equal(["lifespan.startup"], steps);
        await runner.StopAsync(None);
        Assert.False(runner.IsRunning);
        Assert.Equal(["lifespan.startup", "lifespan.shutdown"], steps);
        await runner.StopAsync(None);
    }

    [Fact]
    public async Task Off_DoesNotCallTheApp()
    {
        var runner = new LifespanRunner((_, _, _) => throw new InvalidOperationException("called"), LifespanMode.Off);
        await runner.StartAsync(None);
        Assert.False(runner.IsRunning);
        await runner.StopAsync(None);
    }

    [Fact]
    public async Task AppWithoutLifespan_StartsInAuto_AndFailsInOn()
    {
        GatewayApp app = (scope, _, _) => throw new UnsupportedScopeException(scope);
        var auto = new LifespanRunner(app, LifespanMode.Auto);
        await auto.StartAsync(None);
        Assert.False(auto.IsRunning);

        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => new LifespanRunner(app, LifespanMode.On).StartAsync(None));
        Assert.IsType<UnsupportedScopeException>(failure.InnerException);
    }

    [Theory]
    [InlineData(LifespanMode.Auto, false)]
    [InlineData(LifespanMode.Auto, true)]
    [InlineData(LifespanMode.On, false)]
    [InlineData(LifespanMode.On, true)]
    public async Task AppThatThrows_FailsTheStart(LifespanMode mode, bool received)
    {
        var runner = new LifespanRunner(
            async (_, receive, _) =>
            {
                if (received)
                {
                    await receive();
                }

                throw new InvalidOperationException("no database");
            },
            mode);
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(None));
        Assert.Contains("no database", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.False(runner.IsRunning);
    }

    [Theory]
    [InlineData(LifespanMode.Auto, false, false)]
    [InlineData(LifespanMode.Auto, true, true)]
    [InlineData(LifespanMode.On, false, true)]
    [InlineData(LifespanMode.On, true, true)]
    public async Task AppThatReturnsEarly_FailsTheStart_UnlessItNeverAskedInAuto(LifespanMode mode, bool received, bool fails)
    {
        var runner = new LifespanRunner(
            async (_, receive, _) =>
            {
                if (received)
                {
                    await receive();
                }
            },
            mode);
        if (fails)
        {
            await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(None));
        }
        else
        {
            await runner.StartAsync(None);
        }

        Assert.False(runner.IsRunning);
    }

    [Theory]
    [InlineData("no database", "no database")]
    [InlineData("", "The app reported that its startup failed, without a message.")]
    public async Task FailedStartup_HasTheAppsMessage(string message, string expected)
    {
        var runner = new LifespanRunner(
            async (_, receive, send) =>
            {
                await receive();
                await send(new LifespanStartupFailed(message));
                await receive();
            },
            LifespanMode.Auto);
        Assert.Equal(expected, (await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(None))).Message);
        await runner.StopAsync(None);
    }

    [Theory]
    [InlineData("disk full", "disk full")]
    [InlineData("", "The app reported that its shutdown failed, without a message.")]
    public async Task FailedShutdown_HasTheAppsMessage(string message, string expected)
    {
        LifespanRunner runner = Runner(send => send(new LifespanShutdownFailed(message)));
        await runner.StartAsync(None);
        Assert.Equal(expected, (await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StopAsync(None))).Message);
    }

    [Fact]
    public async Task AppThatThrowsInItsShutdown_FailsTheStop()
    {
        LifespanRunner runner = Runner(_ => throw new InvalidOperationException("disk full"));
        await runner.StartAsync(None);
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StopAsync(None));
        Assert.Contains("disk full", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppThatReturnsFromItsShutdownWithoutAWord_HasStopped()
    {
        LifespanRunner runner = Runner(_ => default);
        await runner.StartAsync(None);
        await runner.StopAsync(None);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AppThatEndsWhileServing_IsNoticedAtTheStop(bool throws)
    {
        var ended = new TaskCompletionSource();
        var runner = new LifespanRunner(
            async (_, receive, send) =>
            {
                await receive();
                await send(LifespanStartupComplete.Instance);
                await ended.Task;
            },
            LifespanMode.Auto);
        await runner.StartAsync(None);
        if (throws)
        {
            ended.SetException(new InvalidOperationException("gone"));
            Assert.Contains("gone", (await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StopAsync(None))).Message, StringComparison.Ordinal);
        }
        else
        {
            ended.SetResult();
            await runner.StopAsync(None);
        }
    }

    [Fact]
    public async Task MessageBeforeReceive_IsRefused()
    {
        var runner = new LifespanRunner(async (_, _, send) => await send(LifespanStartupComplete.Instance), LifespanMode.Auto);
        var failure = await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(None));
        Assert.IsType<GatewayProtocolException>(failure.InnerException);
    }

    [Fact]
    public async Task ReceiveAfterShutdown_IsRefused()
    {
        GatewayProtocolException? refusal = null;
        var runner = new LifespanRunner(
            async (_, receive, send) =>
            {
                await receive();
                await send(LifespanStartupComplete.Instance);
                await receive();
                refusal = await Assert.ThrowsAsync<GatewayProtocolException>(() => receive().AsTask());
                await send(LifespanShutdownComplete.Instance);
            },
            LifespanMode.Auto);
        await runner.StartAsync(None);
        await runner.StopAsync(None);
        Assert.NotNull(refusal);
    }

    [Fact]
    public async Task BlockingApp_DoesNotHoldTheHostsThread_AndItsStartCanBeCancelled()
    {
        using var gate = new ManualResetEventSlim();
        var runner = new LifespanRunner(
            (_, _, _) =>
            {
                gate.Wait();
                return Task.CompletedTask;
            },
            LifespanMode.Auto);
        using var cancellation = new CancellationTokenSource();
        Task start = runner.StartAsync(cancellation.Token);
        Assert.False(start.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        gate.Set();
    }

    [Fact]
    public async Task CauseOfAFailure_ReachesTheHost()
    {
        var cause = new InvalidOperationException("no database");
        var runner = new LifespanRunner(
            async (_, receive, send) =>
            {
                await receive();
                await send(new LifespanStartupFailed("no database", cause));
            },
            LifespanMode.Auto);
        Assert.Same(cause, (await Assert.ThrowsAsync<LifespanFailedException>(() => runner.StartAsync(None))).InnerException);
    }

    private static LifespanRunner Runner(Func<Send, ValueTask> stop) => new(
        async (_, receive, send) =>
        {
            await receive();
            await send(LifespanStartupComplete.Instance);
            await receive();
            await stop(send);
        },
        LifespanMode.Auto);
}
