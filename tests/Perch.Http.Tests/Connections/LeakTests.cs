using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Perch.Http.Tests.Connections;

/// <summary>Nothing is left of a connection that was cut, wherever it was: no connection, no call of the app, no memory, no word above Debug.</summary>
public sealed class LeakTests
{
    public static TheoryData<string> Requests =>
    [
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n2\r\nab\r\n0\r\nx: y\r\n\r\n",
        "POST /d HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
    ];

    public static TheoryData<string, GatewayApp> Answers => new()
    {
        { "whole", Apps.Hello },
        { "chunked", ChunksAsync },
        { "with a pending receive", WatchAsync },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task ClientThatIsGoneAfterAnyByteOfARequest_LeavesNothing(string request)
    {
        foreach (GatewayApp app in new GatewayApp[] { Apps.Echo, Apps.Hello, ChunksAsync, WatchAsync })
        {
            for (int cut = 0; cut <= request.Length; cut++)
            {
                foreach (bool resets in new[] { false, true })
                {
                    var run = new GatewayRun(app);
                    run.Client.Send(request[..cut]);
                    End(run, resets);
                    await AssertNothingIsLeftAsync(run);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task ClientThatIsGoneAfterAnyByteOfAnAnswer_LeavesNothing(string kind, GatewayApp app)
    {
        Assert.NotEmpty(kind);
        for (int cut = 0; cut < 120; cut++)
        {
            foreach (bool resets in new[] { false, true })
            {
                // The server waits for the client at about each byte in turn.
                var run = new GatewayRun(app, client: new MemoryConnection(outputThreshold: cut + 1));
                run.Client.Send(Apps.Get + Apps.Get);
                if (cut > 0)
                {
                    Task<string> reading = run.Client.ReadAsync(cut);
                    if (!reading.IsCompleted)
                    {
                        // No more may come than a pending receive allows.
                        End(run, resets);
                    }

                    await reading;
                }

                run.Client.Reset();
                await AssertNothingIsLeftAsync(run);
            }
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHo")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe")]
    public async Task ClientThatStalls_LeavesNothing(string request)
    {
        foreach (GatewayApp app in new GatewayApp[] { Apps.Echo, Apps.Hello })
        {
            var run = new GatewayRun(app);
            run.Client.Send(request);
            run.Time.Advance(200);
            await AssertNothingIsLeftAsync(run);
        }
    }

    [Fact]
    public async Task ServerThatAbortsWithAnAppRunning_LeavesNothing()
    {
        var run = new GatewayRun(WatchAsync);
        run.Client.Send(Apps.Get);
        run.Client.Abort(new ConnectionAbortedException("stop"));
        await AssertNothingIsLeftAsync(run);
    }

    private static void End(GatewayRun run, bool resets)
    {
        if (resets)
        {
            run.Client.Reset();
        }
        else
        {
            run.Client.End();
        }
    }

    private static async Task AssertNothingIsLeftAsync(GatewayRun run)
    {
        if (!run.Served.IsCompleted)
        {
            await run.Client.ReadToEndAsync();
        }

        await run.AssertGoneAsync();
        run.Client.Close();
        Assert.Equal(0, run.Client.Pool.Rented);
        Assert.Equal(0, run.HeadsHeld);
        Assert.Empty(run.Log.AboveDebug);
    }

    private static async Task ChunksAsync(Scope scope, Receive receive, Send send)
    {
        await send(new HttpResponseStart(200));
        for (int i = 0; i < 5; i++)
        {
            await send(new HttpResponseBody(Encoding.ASCII.GetBytes("some text"), moreBody: i < 4));
        }
    }

    /// <summary>Streams with an eye on the client.</summary>
    private static async Task WatchAsync(Scope scope, Receive receive, Send send)
    {
        await send(new HttpResponseStart(200));
        await send(new HttpResponseBody("some text"u8, moreBody: true));
        while (await receive() is not HttpDisconnect)
        {
        }
    }
}
