namespace Perch.Http.Tests.Connections;

/// <summary>All is written, the connection is to be closed, and the client does not take what the transport still holds.</summary>
public sealed class TransportEndTests
{
    private const string LastGet = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    // 64 KiB at 240 bytes a second, and 5 s of grace.
    [Fact]
    public async Task ClientThatDoesNotReadTheEnd_IsAbortedOnAHostThatClosesTheConnection()
    {
        var run = new GatewayRun(Apps.Hello, handOn: _ => Task.CompletedTask);

        run.Client.Send(LastGet);
        await run.Served.Within("the end of the gateway's part");
        run.Time.Advance(277);
        Assert.Null(run.Client.Aborted);
        run.Time.Advance(2);

        Assert.NotNull(run.Client.Aborted);
        Assert.Equal(0, run.Time.TimerCount);
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task ClientThatReadsTheEnd_IsNotAborted()
    {
        var run = new GatewayRun(Apps.Hello, handOn: _ => Task.CompletedTask);

        run.Client.Send(LastGet);
        Assert.Equal(Apps.LastHelloAnswer, await run.Client.ReadToEndAsync());

        await run.AssertGoneAsync();
        Assert.Null(run.Client.Aborted);
    }

    [Fact]
    public async Task SlowestReaderThatIsWaitedFor_MayBeNone()
    {
        var run = new GatewayRun(Apps.Hello, options => options.Limits.MinResponseDataRate = 0, handOn: _ => Task.CompletedTask);

        run.Client.Send(LastGet);
        await run.Served.Within("the end of the gateway's part");

        Assert.Equal(0, run.Time.TimerCount);
    }

    // It has ended its own side: nothing but the answer keeps the connection.
    [Fact]
    public async Task ClientThatDoesNotReadTheEnd_IsAbortedByTheListener()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Client.Send(LastGet);
        run.Client.End();
        await run.Served.Within("the end of the gateway's part");
        Task closing = run.Gateway.CloseAsync(run.Client);
        run.Time.Advance(277);
        Assert.False(closing.IsCompleted);
        run.Time.Advance(2);

        await closing.Within("the end of the connection");
        Assert.NotNull(run.Client.Aborted);
        Assert.Equal(0, run.Time.TimerCount);
        Assert.Empty(run.Log.AboveDebug);
    }
}
