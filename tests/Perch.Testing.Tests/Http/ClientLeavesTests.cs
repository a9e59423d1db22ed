namespace Perch.Testing.Tests.Http;

/// <summary>A client that leaves, at every point of a request.</summary>
public sealed class ClientLeavesTests
{
    [Theory]
    [InlineData("before it receives")]
    [InlineData("while it receives the body")]
    [InlineData("while it waits for the disconnect")]
    [InlineData("after start")]
    public async Task A_call_that_is_cancelled_is_a_client_that_has_left(string when)
    {
        TaskCompletionSource<bool> there = Apps.Source<bool>();
        using var cancel = new CancellationTokenSource();
        TaskCompletionSource<bool> seen = Apps.Source<bool>();
        using var handler = new GatewayMessageHandler(Apps.Of(async (scope, receive, send) =>
        {
            CancellationToken left = scope.Disconnected;
            if (when.Contains("disconnect", StringComparison.Ordinal))
            {
                await receive();
            }
            else if (when == "after start")
            {
                await send(new HttpResponseStart(200));
            }

            ValueTask<GatewayEvent> waiting = when == "before it receives" ? default : receive();
            there.SetResult(true);
            await WhenCancelled(left);
            if (when == "before it receives")
            {
                waiting = receive();
            }

            GatewayEvent message = await waiting;
            Assert.IsType<HttpDisconnect>(message is HttpRequestBody ? await receive() : message);
            Assert.IsType<HttpDisconnect>(await receive());
            await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await send(new HttpFullResponse(200)));
            seen.SetResult(true);
        }));
        using var client = new HttpClient(handler);
        var content = new PushContent(_ => there.Task.ContinueWith(_ => new TaskCompletionSource().Task, TaskScheduler.Default).Unwrap());

        Task<HttpResponseMessage> call = when.Contains("body", StringComparison.Ordinal)
            ? client.PostAsync("http://testserver/", content, cancel.Token)
            : client.GetAsync("http://testserver/", cancel.Token);
        await there.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(await seen.Task);
        await handler.EndAsync();
        Assert.Equal(0, handler.RunningCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_is_disposed_early_is_a_client_that_has_left(bool duringTheLastPart)
    {
        using var handler = new GatewayMessageHandler(
            Apps.Of(async (scope, receive, send) =>
            {
                CancellationToken left = scope.Disconnected;
                await send(new HttpResponseStart(200));
                await Assert.ThrowsAsync<ClientDisconnectedException>(async () =>
                {
                    while (true)
                    {
                        await send(new HttpResponseBody(new byte[10], moreBody: !duringTheLastPart));
                    }
                });
                Assert.IsType<HttpDisconnect>(await receive());
                await WhenCancelled(left);
                throw new ClientDisconnectedException();
            }),
            new GatewayTestOptions { BufferSize = 4 });
        using var client = new HttpClient(handler);

        HttpResponseMessage response = await client.GetAsync("http://testserver/", HttpCompletionOption.ResponseHeadersRead);
        GatewayExchange exchange = response.GetExchange();
        response.Dispose();

        await Assert.ThrowsAsync<ClientDisconnectedException>(() => exchange.Completion);
        Assert.Equal(0, handler.RunningCount);
    }

    [Fact]
    public async Task A_read_that_is_cancelled_is_a_client_that_has_left()
    {
        TaskCompletionSource<GatewayEvent> last = Apps.Source<GatewayEvent>();
        using var cancel = new CancellationTokenSource();
        using GatewayTestClient client = Streaming(last).CreateTestClient();

        using HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        Assert.Equal(1, await body.ReadAsync(new byte[10]));
        ValueTask<int> read = body.ReadAsync(new byte[10], cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.IsType<HttpDisconnect>(await last.Task);
    }

    [Fact]
    public async Task A_client_that_is_disposed_leaves_all_its_requests()
    {
        TaskCompletionSource<GatewayEvent> last = Apps.Source<GatewayEvent>();
        GatewayTestClient client = Streaming(last).CreateTestClient();
        HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);

        await client.DisposeAsync();

        Assert.IsType<HttpDisconnect>(await last.Task);
        Assert.True(response.GetExchange().Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<HttpIOException>(async () =>
        {
            await using Stream body = await response.Content.ReadAsStreamAsync();
            await body.CopyToAsync(Stream.Null);
        });
    }

    [Fact]
    public async Task A_client_that_is_disposed_leaves_its_websockets_before_the_lifespan_stops()
    {
        var steps = new List<string>();
        GatewayTestClient client = await GatewayTestClient.StartAsync(Apps.Of(async (scope, receive, send) =>
        {
            await receive();
            await send(scope is LifespanScope ? LifespanStartupComplete.Instance : new WebSocketAccept());
            steps.Add((await receive()).Type);
            if (scope is LifespanScope)
            {
                await send(LifespanShutdownComplete.Instance);
            }
        }));
        TestWebSocket socket = await client.ConnectWebSocketAsync("/");

        await client.DisposeAsync();

        Assert.Equal(["websocket.disconnect", "lifespan.shutdown"], steps);
        Assert.True(socket.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_beforehand_never_reaches_the_app()
    {
        using GatewayTestClient client = Apps.Of((_, _, _) => throw new InvalidDataException("reached")).CreateTestClient();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("/", new CancellationToken(canceled: true)));
    }

    private static GatewayApp Streaming(TaskCompletionSource<GatewayEvent> last) => Apps.Of(async (_, receive, send) =>
    {
        await receive();
        await send(new HttpResponseStart(200));
        await send(new HttpResponseBody("x"u8, moreBody: true));
        last.SetResult(await receive());
    });

    private static Task WhenCancelled(CancellationToken token)
    {
        TaskCompletionSource<bool> cancelled = Apps.Source<bool>();
        token.Register(() => cancelled.TrySetResult(true));
        return cancelled.Task;
    }
}
