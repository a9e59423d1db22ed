namespace Perch.Http.Tests.Connections;

/// <summary>RFC 9112 §9: how long a connection lives, and what is answered on it in which order.</summary>
public sealed class PersistenceTests
{
    // RFC 9112 §9.3.2.
    [Fact]
    public async Task FiftyRequestsInOneWrite_AreAnsweredInOrder_InOneFlush()
    {
        var run = new GatewayRun((scope, receive, send) =>
            send(new HttpFullResponse(200, null, System.Text.Encoding.ASCII.GetBytes(((HttpScope)scope).Path))).AsTask());

        run.Client.Send(string.Concat(Enumerable.Range(0, 50).Select(i => $"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n")));

        await run.Client.ExpectAsync(string.Concat(Enumerable.Range(0, 50).Select(i => Apps.Answer($"/{i}"))));
        Assert.Equal(1, run.Client.Flushes);
    }

    [Fact]
    public async Task AppThatSuspends_HasTheAnswersBeforeItFlushed()
    {
        var released = new TaskCompletionSource();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            if (((HttpScope)scope).Path == "/slow")
            {
                await released.Task;
            }

            await Apps.Hello(scope, receive, send);
        });

        run.Client.Send(Apps.Get + Apps.Get + "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + Apps.Get);

        await run.Client.ExpectAsync(Apps.HelloAnswer + Apps.HelloAnswer);
        Assert.Equal(1, run.Client.Flushes);
        Assert.Equal("", run.Client.ReadNow());
        released.SetResult();
        await run.Client.ExpectAsync(Apps.HelloAnswer + Apps.HelloAnswer);
    }

    // A client may send a body only when it has the answers to the requests before.
    [Fact]
    public async Task AppThatWaitsForABody_HasTheAnswersBeforeItFlushed()
    {
        var run = new GatewayRun(Apps.Echo);

        run.Client.Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
        await run.Client.ExpectAsync(Apps.Answer("/1 "));

        run.Client.Send("ab");
        await run.Client.ExpectAsync(Apps.Answer("/2 ab"));
    }

    [Fact]
    public async Task AnswersBeforeAHeadInParts_DoNotWaitForItsRest()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Client.Send(Apps.Get + "GET / HT");
        await run.Client.ExpectAsync(Apps.HelloAnswer);

        run.Client.Send("TP/1.1\r\nHost: a\r\n\r\n");
        await run.Client.ExpectAsync(Apps.HelloAnswer);
    }

    // RFC 9112 §9.6: nothing after the request that asks for the close is served.
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n")]
    public async Task RequestThatAsksForTheClose_IsTheLast(string request)
    {
        var run = new GatewayRun(Apps.Hello);

        run.Client.Send(request + Apps.Get);

        Assert.Equal(Apps.LastHelloAnswer, await run.Client.ReadToEndAsync());
        Assert.Equal(1, run.Calls);
        await run.AssertGoneAsync();
    }

    // RFC 9112 §9.3: HTTP/1.0 closes unless both say keep-alive.
    [Fact]
    public async Task Http10_ClosesUnlessItAsksNotTo()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n" + Apps.Get);

        Assert.Equal(
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nhi" + Apps.LastHelloAnswer, await run.Client.ReadToEndAsync());
        Assert.Equal(2, run.Calls);
    }

    // RFC 9110 §7.8: a server may ignore Upgrade; the connection goes on in HTTP/1.1.
    [Fact]
    public async Task RequestsAfterAnIgnoredUpgrade_AreNotLost()
    {
        var run = new GatewayRun(Apps.Hello);

        run.Client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n" + Apps.Get + Apps.Get);

        await run.Client.ExpectAsync(Apps.HelloAnswer + Apps.HelloAnswer + Apps.HelloAnswer);
    }

    // RFC 9112 §9.6: the client has sent all it has to say, and reads on. Not for an app that suspends: nothing else than the end of the
    // input shows that a client has left, and such an app is told so.
    [Theory]
    [InlineData(false)]
    public async Task ClientThatEndsItsSide_GetsItsAnswers(bool suspends)
    {
        var released = new TaskCompletionSource();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            if (suspends)
            {
                await released.Task;
            }

            await Apps.Hello(scope, receive, send);
        });

        run.Client.Send(Apps.Get + Apps.Get);
        run.Client.End();
        released.SetResult();

        Assert.Equal(Apps.HelloAnswer + Apps.HelloAnswer, await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task EmptyLinesBeforeARequest_AreSkipped()
    {
        var run = new GatewayRun(Apps.Hello);

        // RFC 9112 §2.2.
        run.Client.Send("\r\n" + Apps.Get + "\r\n" + Apps.Get);

        await run.Client.ExpectAsync(Apps.HelloAnswer + Apps.HelloAnswer);
    }

    // RFC 9112 §9.3: without it the client takes the connection for closed.
    [Fact]
    public async Task Http10ThatIsKept_IsToldSoByAnAnswerOfOurOwnToo()
    {
        var run = new GatewayRun((_, _, _) => throw new InvalidOperationException("bug"));

        run.Client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        await run.Client.ExpectAsync(Apps.Text("500 Internal Server Error", "Internal Server Error").Replace("close", "keep-alive", StringComparison.Ordinal));
    }

    // Else the client would take the second answer for the first.
    [Fact]
    public async Task RequestThatIsNotAnswered_BecauseItsAppSawTheClientsEnd_IsTheLast()
    {
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            if (((HttpScope)scope).Path == "/1")
            {
                while (await receive() is not HttpDisconnect)
                {
                }

                return;
            }

            await Apps.Hello(scope, receive, send);
        });

        run.Client.Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + Apps.Get);
        run.Client.End();

        Assert.Equal("", await run.Client.ReadToEndAsync());
        Assert.Equal(1, run.Calls);
        await run.AssertGoneAsync();
        Assert.Empty(run.Log.AboveDebug);
    }

    // RFC 9112 §6.3: the end of the connection would end this body.
    [Fact]
    public async Task BodyThatTheConnectionEnds_IsNotEndedByAnAppThatLeft()
    {
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await send(new HttpResponseStart(200));
            await send(new HttpResponseBody("part"u8, moreBody: true));
            while (await receive() is not HttpDisconnect)
            {
            }
        });

        run.Client.Send("GET / HTTP/1.0\r\n\r\n");
        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\npart");
        run.Client.End();

        await run.AssertGoneAsync();
        Assert.NotNull(run.Client.Aborted);
        Assert.Empty(run.Log.AboveDebug);
    }
}
