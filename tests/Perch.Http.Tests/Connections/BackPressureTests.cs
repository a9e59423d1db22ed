namespace Perch.Http.Tests.Connections;

/// <summary>Who does not read makes the other side wait.</summary>
public sealed class BackPressureTests
{
    [Fact]
    public async Task ClientThatDoesNotRead_MakesSendWait()
    {
        int sent = 0;
        var run = new GatewayRun(
            async (_, _, send) =>
            {
                await send(new HttpResponseStart(200, [("content-length", "100000")]));
                for (; sent < 100; sent++)
                {
                    await send(new HttpResponseBody(new byte[1000], moreBody: sent < 99));
                }
            },
            client: new MemoryConnection(outputThreshold: 10_000));

        run.Client.Send(Apps.Get);

        Assert.Equal(9, sent);
        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + new string('\0', 100_000));
        run.Client.End();
        await run.AssertGoneAsync();
        Assert.Equal(100, sent);
    }

    [Fact]
    public async Task AppThatDoesNotReceive_StopsTheReading()
    {
        var receives = new TaskCompletionSource();
        var run = new GatewayRun(
            async (scope, receive, send) =>
            {
                await receives.Task;
                await Apps.Echo(scope, receive, send);
            },
            client: new MemoryConnection(inputThreshold: 10_000));

        run.Client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
        Task sending = run.Client.SendAllAsync(System.Text.Encoding.ASCII.GetBytes(new string('x', 100_000)));
        Assert.False(sending.IsCompleted);
        receives.SetResult();

        await run.Client.ExpectAsync(Apps.Answer("/ " + new string('x', 100_000)));
        await sending.Within("the end of the sending");
    }

    // Small requests, large answers: they are held back for one write, but not without bound.
    [Fact]
    public async Task PipelineWithLargeAnswers_WaitsForTheClientToReadThem()
    {
        const int Length = 50_000;
        int called = 0;
        var run = new GatewayRun(
            async (_, _, send) =>
            {
                called++;
                await send(new HttpFullResponse(200, null, new byte[Length]));
            },
            client: new MemoryConnection(outputThreshold: 2 * Length));

        run.Client.Send(string.Concat(Enumerable.Repeat(Apps.Get, 100)));

        Assert.InRange(called, 1, 3);
        string one = $"HTTP/1.1 200 OK\r\ncontent-length: {Length}\r\n\r\n" + new string('\0', Length);
        await run.Client.ExpectAsync(string.Concat(Enumerable.Repeat(one, 100)));
    }

    // The own flush of earlier answers waits for the client, while the app goes on to send.
    [Fact]
    public async Task SendBehindAFlushThatWaits_WaitsForIt()
    {
        var goes = new TaskCompletionSource();
        var run = new GatewayRun(
            async (scope, receive, send) =>
            {
                if (((HttpScope)scope).Path == "/2")
                {
                    await goes.Task;
                }

                await send(new HttpResponseStart(200));
                await send(new HttpResponseBody(new byte[3000]));
            },
            client: new MemoryConnection(outputThreshold: 2048));

        run.Client.Send(Apps.Get + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        goes.SetResult();

        string one = "HTTP/1.1 200 OK\r\ncontent-length: 3000\r\n\r\n" + new string('\0', 3000);
        await run.Client.ExpectAsync(one + one);
        Assert.Empty(run.Log.AboveDebug);
    }

    // Answers that wait for the client, an app that receives, and sends at the same time.
    [Fact]
    public async Task ReceiveAndSendBehindAFlushThatWaits_BothGoOn()
    {
        var run = new GatewayRun(
            async (scope, receive, send) =>
            {
                await send(new HttpResponseStart(200));
                if (((HttpScope)scope).Path == "/")
                {
                    await send(new HttpResponseBody(new byte[3000]));
                    return;
                }

                Task<GatewayEvent> received = receive().AsTask();
                await send(new HttpResponseBody("2"u8, moreBody: true));
                await received;
                await send(new HttpResponseBody(default(ReadOnlyMemory<byte>)));
            },
            client: new MemoryConnection(outputThreshold: 2048));

        run.Client.Send(Apps.Get + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\ncontent-length: 3000\r\n\r\n" + new string('\0', 3000));
        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n2\r\n");
        run.Client.Send("ab");

        await run.Client.ExpectAsync("0\r\n\r\n");
        Assert.Empty(run.Log.AboveDebug);
    }
}
