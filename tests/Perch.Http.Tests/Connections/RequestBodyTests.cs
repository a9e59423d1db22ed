namespace Perch.Http.Tests.Connections;

/// <summary>Bodies that are waited for, not wanted, too long or cut off.</summary>
public sealed class RequestBodyTests
{
    private const string Continue = "HTTP/1.1 100 Continue\r\n\r\n";

    // RFC 9110 §10.1.1.
    [Fact]
    public async Task Continue_IsSentAtTheFirstReceive_Once()
    {
        var receives = new TaskCompletionSource();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await receives.Task;
            await Apps.Echo(scope, receive, send);
        });

        run.Client.Send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal("", run.Client.ReadNow());
        receives.SetResult();
        await run.Client.ExpectAsync(Continue);
        run.Client.Send("ab");
        run.Client.Send("cd" + Apps.Get);

        await run.Client.ExpectAsync(Apps.Answer("/p abcd") + Apps.Answer("/ "));
    }

    [Fact]
    public async Task Continue_IsNotSentWhenTheBodyComesWithoutIt()
    {
        var run = new GatewayRun(Apps.Echo);

        run.Client.Send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nabcd");

        await run.Client.ExpectAsync(Apps.Answer("/p abcd"));
    }

    // RFC 9110 §10.1.1: the client may send the body or not, so what follows cannot be told.
    [Fact]
    public async Task BodyThatWasNotAskedFor_EndsTheConnection()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Client.Send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        await run.Client.ExpectAsync(Apps.LastHelloAnswer);
        run.Client.Send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
        run.Client.End();

        Assert.Equal("", await run.Client.ReadToEndAsync());
        Assert.Equal(1, run.Calls);
        await run.AssertGoneAsync();
    }

    // RFC 9110 §10.1.1: HTTP/1.0 does not know it.
    [Fact]
    public async Task Continue_IsNotSentToHttp10()
    {
        var run = new GatewayRun(Apps.Echo);

        run.Client.Send("POST /p HTTP/1.0\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal("", run.Client.ReadNow());
        run.Client.Send("abcd");

        Assert.Equal(Apps.Answer("/p abcd", "connection: close\r\n"), await run.Client.ReadToEndAsync());
    }

    // RFC 9112 §9.3: a server must read the body or close.
    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n64\r\n", "\r\n0\r\n\r\n")]
    public async Task BodyThatTheAppDoesNotRead_IsDrained(string head, string end)
    {
        var run = new GatewayRun(Apps.Hello, options => options.Limits.MaxDrainSize = 100);

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\n" + head);
        await run.Client.ExpectAsync(Apps.HelloAnswer);
        run.Client.Send(new string('x', 60));
        run.Client.Send(new string('x', 40) + end + Apps.Get);

        await run.Client.ExpectAsync(Apps.HelloAnswer);
    }

    [Fact]
    public async Task BodyThatIsDeclaredLongerThanMayBeDrained_IsAnswered_AndTheConnectionEnds()
    {
        var run = new GatewayRun(Apps.Hello, options => options.Limits.MaxDrainSize = 99);

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
        await run.Client.ExpectAsync(Apps.LastHelloAnswer);
        run.Client.Send(new string('x', 100) + Apps.Get);

        Assert.Equal("", await run.Client.ReadToEndAsync());
        Assert.Equal(1, run.Calls);
        await run.AssertGoneAsync();
    }

    [Fact]
    public async Task BodyInChunks_IsDrainedUpToTheLimit_AndNoFurther()
    {
        var run = new GatewayRun(Apps.Hello, options => options.Limits.MaxDrainSize = 99);

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        await run.Client.ExpectAsync(Apps.HelloAnswer);
        run.Client.Send("64\r\n" + new string('x', 100) + "\r\n0\r\n\r\n" + Apps.Get);

        // RFC 9112 §9.6: what comes still is thrown away for a while, so that the answer is not lost by a reset.
        run.Time.Advance(7);
        Assert.Equal("", await run.Client.ReadToEndAsync());
        Assert.Equal(1, run.Calls);
        await run.AssertGoneAsync();
    }

    [Fact]
    public async Task EarlyAnswer_GoesOutBeforeTheBodyHasCome()
    {
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await send(new HttpResponseStart(200));
            await send(new HttpResponseBody("early"u8));
            Assert.IsType<HttpDisconnect>(await receive());
        });

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
        await run.Client.ExpectAsync(Apps.Answer("early"));
        run.Client.Send("cd" + Apps.Get);

        await run.Client.ExpectAsync(Apps.Answer("early"));
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task BodyAndAnswer_MayBeStreamedAtTheSameTime()
    {
        var run = new GatewayRun(async (_, receive, send) =>
        {
            await send(new HttpResponseStart(200));
            bool more = true;
            while (more)
            {
                var part = (HttpRequestBody)await receive();
                more = part.MoreBody;
                await send(new HttpResponseBody(part.Body, more));
            }
        });

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n");
        run.Client.Send("3\r\ncde\r\n");
        await run.Client.ExpectAsync("3\r\ncde\r\n");
        run.Client.Send("0\r\n\r\n" + Apps.Get);

        await run.Client.ExpectAsync("0\r\n\r\n" + Apps.Answer(""));
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nabc")]
    public async Task BodyThatIsCutOff_IsADisconnect_AndSendThrows(string rest)
    {
        var seen = new TaskCompletionSource<Exception?>();
        var run = new GatewayRun(async (_, receive, send) =>
        {
            while (await receive() is HttpRequestBody)
            {
            }

            Exception? thrown = await Record.ExceptionAsync(async () => await send(new HttpResponseStart(200)));
            seen.SetResult(thrown);
            throw thrown!;
        });

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\n" + rest);
        run.Client.End();

        Assert.IsType<ClientDisconnectedException>(await seen.Task.Within("the exception out of send"));
        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Equal("truncated_body 1", run.Rejections.Text);
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task AppThatIsCancelledByItsClientsEnd_IsNotLoggedAsAnError()
    {
        var run = new GatewayRun((scope, _, _) => Task.Delay(Timeout.Infinite, ((HttpScope)scope).Disconnected));

        run.Client.Send(Apps.Get);
        run.Client.End();

        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Empty(run.Log.AboveDebug);
    }

    // The answer before could not be sent: the client is gone, and receive says so.
    [Fact]
    public async Task ReceiveThatCannotSendContinue_IsADisconnect()
    {
        var receives = new TaskCompletionSource();
        var seen = new TaskCompletionSource<GatewayEvent>();
        var run = new GatewayRun(async (_, receive, _) =>
        {
            await receives.Task;
            seen.SetResult(await receive());
        });

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        run.Client.Reset();
        receives.SetResult();

        Assert.IsType<HttpDisconnect>(await seen.Task.Within("an event"));
        await run.AssertGoneAsync();
        Assert.Empty(run.Log.AboveDebug);
    }
}
