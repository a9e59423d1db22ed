namespace Perch.Http.Tests.Connections;

/// <summary>Clients that stall, with a clock that the test moves.</summary>
public sealed class TimeoutTests
{
    [Fact]
    public async Task ConnectionThatNeverAsks_IsClosedSilently()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Time.Advance(129);
        Assert.False(run.Served.IsCompleted);
        run.Time.Advance(3);

        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Empty(run.Log.AboveDebug);
        Assert.Equal("", run.Rejections.Text);
    }

    [Fact]
    public async Task ConnectionThatAsksNoMore_IsClosedSilently_AfterAWholeTimeoutFromItsLastAnswer()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Time.Advance(100);
        run.Client.Send(Apps.Get);
        await run.Client.ExpectAsync(Apps.HelloAnswer);
        run.Time.Advance(129);
        Assert.False(run.Served.IsCompleted);
        run.Time.Advance(3);

        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
    }

    // RFC 9110 §15.5.9.
    [Fact]
    public async Task HeadThatStalls_Gets408()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Client.Send("GET / HTTP/1.1\r\nHost");
        run.Time.Advance(29);
        Assert.Equal("", run.Client.ReadNow());
        run.Time.Advance(3);

        await AssertTimedOutAsync(run, "The request's head took too long.", "head_timeout");
    }

    // The limit is on the whole head: a byte now and then is no way around it.
    [Fact]
    public async Task HeadThatTrickles_Gets408()
    {
        var run = new GatewayRun(Apps.Hello);
        run.Client.Send(Apps.Get);
        await run.Client.ExpectAsync(Apps.HelloAnswer);

        run.Client.Send("GET / HTTP/1.1\r\nX: ");
        for (int i = 0; i < 31 && !run.Served.IsCompleted; i++)
        {
            run.Time.Advance(1);
            if (run.Rejections.Text.Length == 0)
            {
                run.Client.Send("x");
            }
        }

        await AssertTimedOutAsync(run, "The request's head took too long.", "head_timeout");
    }

    [Fact]
    public async Task HeadsInParts_HaveATimeoutEach()
    {
        var run = new GatewayRun(Apps.Hello);
        for (int i = 0; i < 5; i++)
        {
            run.Client.Send("GET / HTTP/1.1\r\n");
            run.Time.Advance(20);
            run.Client.Send("Host: a\r\n\r\nGET / HTTP/1.1\r\n");
            await run.Client.ExpectAsync(Apps.HelloAnswer);
            run.Time.Advance(20);
            run.Client.Send("Host: a\r\n\r\n");
            await run.Client.ExpectAsync(Apps.HelloAnswer);
        }
    }

    [Theory]
    [InlineData("Content-Length: 1000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3E8\r\nabc")]
    public async Task BodyThatStalls_IsRejectedOutOfReceive_AndGets408(string rest)
    {
        var run = new GatewayRun(Apps.Echo);

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\n" + rest);
        run.Time.Advance(4);
        Assert.Equal("", run.Client.ReadNow());
        run.Time.Advance(3);

        await AssertTimedOutAsync(run, "The request's body arrives too slowly.", "body_too_slow");
    }

    [Fact]
    public async Task BodyThatIsSlow_ButFastEnough_IsServed()
    {
        var run = new GatewayRun(Apps.Echo, options => options.Limits.MinRequestBodyDataRate = 10);

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n");
        for (int i = 0; i < 20; i++)
        {
            run.Time.Advance(1);
            run.Client.Send(new string('x', 10));
        }

        await run.Client.ExpectAsync(Apps.Answer("/ " + new string('x', 200)));
    }

    // An app that takes its time is not the client's fault.
    [Fact]
    public async Task AppThatWorksLong_IsNotTimedOut()
    {
        var released = new TaskCompletionSource();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await receive();
            await released.Task;
            await Apps.Hello(scope, receive, send);
        });

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
        run.Time.Advance(1000);
        released.SetResult();

        await run.Client.ExpectAsync(Apps.HelloAnswer);
    }

    [Fact]
    public async Task UnreadBodyThatStalls_EndsTheConnection()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
        await run.Client.ExpectAsync(Apps.HelloAnswer);
        run.Time.Advance(15);

        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task ClientThatDoesNotRead_IsAborted()
    {
        Exception? thrown = null;
        var run = new GatewayRun(
            async (_, _, send) =>
            {
                await send(new HttpResponseStart(200));
                thrown = await Record.ExceptionAsync(async () => await send(new HttpResponseBody(new byte[10_000], moreBody: true)));
                throw thrown!;
            },
            client: new MemoryConnection(outputThreshold: 4096));

        run.Client.Send(Apps.Get);
        run.Time.Advance(5 + (10_000 / 240) + 3);

        await run.AssertGoneAsync();
        Assert.NotNull(run.Client.Aborted);
        Assert.IsType<ClientDisconnectedException>(thrown);
        Assert.Empty(run.Log.AboveDebug);
    }

    // 10,000 bytes at 1,000 a second take longer than the grace period, and are four times faster than the limit.
    [Fact]
    public async Task ClientThatReadsSlowly_ButFastEnough_GetsAll()
    {
        var run = new GatewayRun(
            async (_, _, send) =>
            {
                await send(new HttpResponseStart(200));
                await send(new HttpResponseBody(new byte[10_000], moreBody: true));
                await send(new HttpResponseBody("end"u8));
            },
            client: new MemoryConnection(outputThreshold: 2048));

        run.Client.Send(Apps.Get);
        run.Time.Advance(10);
        Assert.Null(run.Client.Aborted);

        const string Head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        await run.Client.ExpectAsync(Head + "2710\r\n" + new string('\0', 10_000) + "\r\n3\r\nend\r\n0\r\n\r\n");
    }

    // What a small write waits for is what was written before it.
    [Fact]
    public async Task SmallWriteBehindALargeOne_HasTheTimeOfBoth()
    {
        var run = new GatewayRun(
            async (_, _, send) =>
            {
                await send(new HttpResponseStart(200));
                await send(new HttpResponseBody(new byte[4000], moreBody: true));
                await send(new HttpResponseBody("x"u8, moreBody: true));
                await send(new HttpResponseBody(new byte[100]));
            },
            client: new MemoryConnection(outputThreshold: 4096));

        run.Client.Send(Apps.Get);
        run.Time.Advance(15);

        Assert.Null(run.Client.Aborted);
        run.Time.Advance(15);
        await run.Served.Within("the abort");
        Assert.NotNull(run.Client.Aborted);
    }

    private static async Task AssertTimedOutAsync(GatewayRun run, string text, string reason)
    {
        await run.Client.ExpectAsync(Apps.Text("408 Request Timeout", text));
        run.Time.Advance(7);
        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Equal(reason + " 1", run.Rejections.Text);
        Assert.Empty(run.Log.AboveDebug);
    }
}
