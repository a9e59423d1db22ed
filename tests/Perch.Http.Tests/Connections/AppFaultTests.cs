using Microsoft.Win32.SafeHandles;

namespace Perch.Http.Tests.Connections;

/// <summary>What becomes of a connection whose app breaks its side, and what is logged.</summary>
public sealed class AppFaultTests
{
    private const string Post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";

    private static readonly string Failure = Apps.Text("500 Internal Server Error", "Internal Server Error", closes: false);

    public static TheoryData<string, GatewayApp> BeforeStart => new()
    {
        { "throws", (_, _, _) => throw new InvalidOperationException("secret") },
        { "throws later", async (_, _, _) => { await Task.Yield(); throw new InvalidOperationException("secret"); } },
        { "throws with a start that is not out", async (_, _, send) => { await send(new HttpResponseStart(200)); throw new InvalidOperationException("secret"); } },
        { "returns early", (_, _, _) => Task.CompletedTask },
        { "returns with a start that is not out", async (_, _, send) => await send(new HttpResponseStart(200)) },
        { "gives no task", (_, _, _) => null! },
        { "body first", async (_, _, send) => await send(new HttpResponseBody("x"u8)) },
        { "too long", async (_, _, send) => { await send(new HttpResponseStart(200, [("content-length", "1")])); await send(new HttpResponseBody("xy"u8)); } },
        { "too short", async (_, _, send) => { await send(new HttpResponseStart(200, [("content-length", "3")])); await send(new HttpResponseBody("xy"u8)); } },
        { "a header with CR LF", async (_, _, send) => await send(new HttpResponseStart(200, [("x", "1\r\nset-cookie: y")])) },
        { "overlapping receives", async (_, receive, _) => { Task first = receive().AsTask(); await receive(); await first; } },
    };

    [Theory]
    [MemberData(nameof(BeforeStart))]
    public async Task FaultBeforeTheResponseStarts_Is500WithoutDetail_AndTheConnectionGoesOn(string fault, GatewayApp app)
    {
        var run = new GatewayRun((scope, receive, send) => ((HttpScope)scope).Path == "/p" ? app(scope, receive, send) : Apps.Hello(scope, receive, send));

        run.Client.Send(Post);
        await run.Client.ExpectAsync(Failure);
        run.Client.Send("body" + Apps.Get);

        await run.Client.ExpectAsync(Apps.HelloAnswer);
        string logged = Assert.Single(run.Log.AboveDebug);
        Assert.StartsWith("Error: POST /p: the app failed; the client gets 500.", logged, StringComparison.Ordinal);
        Assert.NotEmpty(fault);
    }

    [Theory]
    [InlineData("4", "content-length: 4\r\n\r\nab")]
    [InlineData(null, "transfer-encoding: chunked\r\n\r\n2\r\nab\r\n")]
    public async Task FaultAfterTheResponseStarted_AbortsTheConnection(string? length, string wire)
    {
        foreach (bool throws in new[] { false, true })
        {
            var run = new GatewayRun(async (_, _, send) =>
            {
                await send(new HttpResponseStart(200, length is null ? [] : [("content-length", length)]));
                await send(new HttpResponseBody("ab"u8, moreBody: true));
                if (throws)
                {
                    throw new InvalidOperationException("secret");
                }
            });

            run.Client.Send(Apps.Get + Apps.Get);

            Assert.Equal("HTTP/1.1 200 OK\r\n" + wire, await run.Client.ReadToEndAsync());
            await run.AssertGoneAsync();
            Assert.NotNull(run.Client.Aborted);
            Assert.Equal(1, run.Calls);
            Assert.StartsWith(
                "Error: GET /: the app failed; the connection is aborted, its response had started.",
                Assert.Single(run.Log.AboveDebug),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task BodyThatBecomesTooLong_IsRefused_AndTheAppMayGoOn()
    {
        var run = new GatewayRun(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200, [("content-length", "3")]));
            await send(new HttpResponseBody("ab"u8, moreBody: true));
            await Assert.ThrowsAsync<GatewayProtocolException>(async () => await send(new HttpResponseBody("cd"u8)));
            await Assert.ThrowsAsync<GatewayProtocolException>(async () => await send(new HttpResponseBody(""u8)));
            await send(new HttpResponseBody("c"u8));
        });

        run.Client.Send(Apps.Get);

        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc");
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task AfterTheResponse_ReceiveGivesDisconnect_AndSendThrows()
    {
        var seen = new TaskCompletionSource<(GatewayEvent, Exception?)>();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await Apps.Hello(scope, receive, send);
            seen.SetResult((await receive(), await Record.ExceptionAsync(async () => await send(new HttpResponseBody("x"u8)))));
        });

        run.Client.Send(Apps.Get + Apps.Get[..^2]);

        await run.Client.ExpectAsync(Apps.HelloAnswer);
        (GatewayEvent received, Exception? thrown) = await seen.Task.Within("the events after the response");
        Assert.IsType<HttpDisconnect>(received);
        Assert.IsType<GatewayProtocolException>(thrown);
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task ExceptionAfterTheResponse_IsLogged_AndTheConnectionGoesOn()
    {
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            await Apps.Hello(scope, receive, send);
            throw new InvalidOperationException("late");
        });

        run.Client.Send(Apps.Get);
        await run.Client.ExpectAsync(Apps.HelloAnswer);
        run.Client.Send(Apps.Get);

        await run.Client.ExpectAsync(Apps.HelloAnswer);
        Assert.Equal(2, run.Log.AboveDebug.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReceiveThatIsLeftPending_EndsWithTheRequest(bool bodyIsRead)
    {
        var pending = new List<Task<GatewayEvent>>();
        var run = new GatewayRun(async (scope, receive, send) =>
        {
            if (bodyIsRead)
            {
                await receive();
            }

            pending.Add(receive().AsTask());
            await Apps.Hello(scope, receive, send);
        });

        run.Client.Send(Post + (bodyIsRead ? "body" : ""));
        await run.Client.ExpectAsync(Apps.HelloAnswer);
        Assert.IsType<HttpDisconnect>(await pending[0].Within("the pending receive"));
        run.Client.Send((bodyIsRead ? "" : "body") + Post + "body");

        await run.Client.ExpectAsync(Apps.HelloAnswer);
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task OverlappingSend_IsRefused_AndOneThatIsLeftPendingIsFinished()
    {
        Exception? refused = null;
        var run = new GatewayRun(
            async (scope, receive, send) =>
            {
                if (refused is not null)
                {
                    await Apps.Hello(scope, receive, send);
                    return;
                }

                await send(new HttpResponseStart(200, [("content-length", "5000")]));
                Task first = send(new HttpResponseBody(new byte[4999], moreBody: true)).AsTask();
                Assert.False(first.IsCompleted);
                refused = await Record.ExceptionAsync(async () => await send(new HttpResponseBody("x"u8)));
                await first;
                _ = send(new HttpResponseBody("x"u8)).AsTask();
            },
            client: new MemoryConnection(outputThreshold: 4096));

        // The second request comes with the first: the pending send is not the last thing of the connection.
        run.Client.Send(Apps.Get + Apps.Get);

        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n" + new string('\0', 4999) + "x" + Apps.HelloAnswer);
        Assert.IsType<GatewayProtocolException>(refused);
        Assert.Empty(run.Log.AboveDebug);
    }

    // It fails before the app's task exists, and leaves a read behind.
    [Fact]
    public async Task AppThatThrowsWithAReceivePending_Is500_AndTheConnectionGoesOn()
    {
        var run = new GatewayRun((scope, receive, send) =>
        {
            if (((HttpScope)scope).Path == "/p")
            {
                _ = receive().AsTask();
                throw new InvalidOperationException("bug");
            }

            return Apps.Hello(scope, receive, send);
        });

        run.Client.Send(Post);
        await run.Client.ExpectAsync(Failure);
        run.Client.Send("body" + Apps.Get);

        await run.Client.ExpectAsync(Apps.HelloAnswer);
        Assert.Single(run.Log.AboveDebug);
    }

    // RFC 9112 §6.3: 100 bytes are announced and will not come. Nothing may follow on the connection.
    [Fact]
    public async Task FileThatFails_AndAnAppThatHidesIt_AbortTheConnection()
    {
        string path = Path.GetTempFileName();
        SafeFileHandle closed = File.OpenHandle(path);
        closed.Dispose();
        File.Delete(path);
        var run = new GatewayRun(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200));
            await Record.ExceptionAsync(async () => await send(new HttpResponseZeroCopySend(closed, count: 100)));
        });

        run.Client.Send(Apps.Get + Apps.Get);

        await run.AssertGoneAsync();
        Assert.NotNull(run.Client.Aborted);
        Assert.Equal(1, run.Calls);
        Assert.Single(run.Log.AboveDebug);
    }

    // The request became unreadable while the app answered it: the client's fault.
    [Fact]
    public async Task RejectedBodyAfterTheResponseStarted_AbortsTheConnection_AndIsNoError()
    {
        var run = new GatewayRun(async (_, receive, send) =>
        {
            await send(new HttpResponseStart(200));
            await send(new HttpResponseBody("ab"u8, moreBody: true));
            await receive();
        });

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nX");

        Assert.Equal("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.NotNull(run.Client.Aborted);
        Assert.Equal("invalid_chunk_size 1", run.Rejections.Text);
        Assert.Empty(run.Log.AboveDebug);
    }
}
