namespace Perch.Testing.Tests.Communicator;

public sealed class AppCommunicatorTests
{
    [Fact]
    public async Task The_app_receives_what_the_test_sends_and_the_test_what_the_app_sends()
    {
        await using AppCommunicator app = AppCommunicator.Start(Apps.Hello, new HttpScope { Method = "POST" });

        await app.SendToAppAsync(new HttpRequestBody("x"u8.ToArray()));

        Assert.Equal(200, (await app.ReceiveFromAppAsync<HttpResponseStart>()).Status);
        Assert.Equal("Hello, World!"u8.ToArray(), (await app.ReceiveFromAppAsync<HttpResponseBody>()).Body.ToArray());
        await app.WaitForEndAsync();
    }

    [Fact]
    public async Task The_scope_has_the_values_of_the_given_one_and_all_extensions_of_its_kind()
    {
        HttpScope? seen = null;
        GatewayApp app = Apps.Of((scope, _, _) =>
        {
            seen = ((HttpScope)scope).Detach();
            return Task.CompletedTask;
        });

        await using AppCommunicator communicator = AppCommunicator.Start(app, new HttpScope
        {
            Method = "PUT",
            Path = "/a",
            RawPath = "/a"u8.ToArray(),
            QueryString = "b=1"u8.ToArray(),
            RootPath = "",
            Headers = [("x-a", "1")],
            Client = new ScopeAddress("1.2.3.4", 5),
            Server = new ScopeAddress("h", 80),
            State = new Dictionary<string, object?> { ["k"] = 1 },
            Extensions = new Dictionary<string, object> { ["my.own"] = 7 },
        });
        await communicator.WaitForEndAsync();

        Assert.Equal("PUT", seen!.Method);
        Assert.Equal("/a", seen.Path);
        Assert.Equal("b=1"u8, seen.QueryString.Span);
        Assert.Equal("1", seen.Headers.GetValue("x-a"));
        Assert.Equal(new ScopeAddress("1.2.3.4", 5), seen.Client);
        Assert.Equal(new ScopeAddress("h", 80), seen.Server);
        Assert.Equal(1, seen.State["k"]);
        Assert.Equal(7, seen.Extensions["my.own"]);
        foreach (string name in (string[])[
            ExtensionNames.Debug, ExtensionNames.EarlyHint, ExtensionNames.Trailers, ExtensionNames.PathSend, ExtensionNames.ZeroCopySend,
            ExtensionNames.FullResponse])
        {
            Assert.True(seen.Offers(name), name);
        }

        Assert.False(seen.Offers(ExtensionNames.Tls));
    }

    [Fact]
    public async Task Extensions_that_are_not_named_are_not_offered()
    {
        GatewayApp app = Apps.Answering(new HttpResponseDebug(new Dictionary<string, object?>()));
        await using AppCommunicator communicator = AppCommunicator.Start(
            app, new HttpScope(), new GatewayTestOptions { Extensions = [ExtensionNames.Trailers] });

        GatewayProtocolException error = await Assert.ThrowsAsync<GatewayProtocolException>(() => communicator.WaitForEndAsync());

        Assert.Contains("http.response.debug", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_extension_that_does_not_exist_cannot_be_named() =>
        Assert.Throws<ArgumentException>(() => AppCommunicator.Start(
            Apps.Hello, new HttpScope(), new GatewayTestOptions { Extensions = ["no.such"] }));

    [Fact]
    public async Task What_the_app_throws_comes_out_where_a_message_was_awaited_and_at_its_end()
    {
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of((_, _, _) => throw new InvalidDataException("mine")), new HttpScope());

        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(() => app.ReceiveFromAppAsync())).Message);
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(() => app.WaitForEndAsync())).Message);
        await Assert.ThrowsAsync<InvalidDataException>(() => app.ReceiveNothingAsync());
    }

    [Fact]
    public async Task What_was_sent_before_the_app_threw_comes_first()
    {
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (_, _, send) =>
            {
                await send(new HttpResponseStart(200));
                throw new InvalidDataException("mine");
            }),
            new HttpScope());

        await app.ReceiveFromAppAsync<HttpResponseStart>();
        await Assert.ThrowsAsync<InvalidDataException>(() => app.ReceiveFromAppAsync());
    }

    [Fact]
    public async Task An_app_that_returned_sends_nothing_more()
    {
        await using AppCommunicator app = AppCommunicator.Start(Apps.Of((_, _, _) => Task.CompletedTask), new HttpScope());

        await Assert.ThrowsAsync<InvalidOperationException>(() => app.ReceiveFromAppAsync());
        Assert.True(await app.ReceiveNothingAsync(Apps.Never));
    }

    [Fact]
    public async Task A_message_of_another_kind_than_awaited_is_named()
    {
        await using AppCommunicator app = AppCommunicator.Start(Apps.Answering(new HttpResponseStart(200)), new HttpScope());

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => app.ReceiveFromAppAsync<HttpResponseBody>());

        Assert.Contains("http.response.start", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_heard_and_takes_no_message_away()
    {
        TaskCompletionSource<bool> go = Apps.Source<bool>();
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (_, _, send) =>
            {
                await go.Task;
                await send(new HttpResponseStart(204));
            }),
            new HttpScope());

        Assert.True(await app.ReceiveNothingAsync(TimeSpan.FromMilliseconds(20)));
        go.SetResult(true);
        Assert.False(await app.ReceiveNothingAsync(Apps.Never));
        Assert.Equal(204, (await app.ReceiveFromAppAsync<HttpResponseStart>()).Status);
    }

    [Fact]
    public async Task A_time_out_says_what_was_awaited_of_which_scope_and_what_was_seen()
    {
        (ManualClock clock, GatewayTestOptions options) = ManualClock.Create();
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (_, receive, send) =>
            {
                await receive();
                await send(new HttpResponseStart(200));
                await receive();
            }),
            new HttpScope { Method = "POST", Path = "/slow" },
            options);
        await app.SendToAppAsync(new HttpRequestBody("abc"u8.ToArray()));
        await app.ReceiveFromAppAsync();

        Task nextMessage = app.ReceiveFromAppAsync();
        Task appsEnd = app.WaitForEndAsync(TimeSpan.FromMilliseconds(20));
        clock.Pass();
        TimeoutException next = await Assert.ThrowsAsync<TimeoutException>(() => nextMessage);
        TimeoutException end = await Assert.ThrowsAsync<TimeoutException>(() => appsEnd);

        Assert.Equal(
            "Waited 5 s in vain for the app's next message. Scope: http POST /slow, in the state 'started'; the app is still running. "
            + "Messages: to the app: http.request (3 bytes); from the app: http.response.start (200).",
            next.Message);
        Assert.StartsWith("Waited 0.02 s in vain for the app's end.", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disconnect_reaches_receive_send_and_the_token()
    {
        TaskCompletionSource<GatewayEvent> received = Apps.Source<GatewayEvent>();
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (scope, receive, send) =>
            {
                CancellationToken left = scope.Disconnected;
                await receive();
                received.SetResult(await receive());
                await Assert.ThrowsAsync<ClientDisconnectedException>(async () => await send(new HttpResponseStart(200)));
                Assert.True(left.IsCancellationRequested);
                Assert.Same(HttpDisconnect.Instance, await receive());
            }),
            new HttpScope());

        await app.SendToAppAsync(new HttpRequestBody(default, moreBody: true));
        await app.DisconnectAsync();

        Assert.Same(HttpDisconnect.Instance, await received.Task);
        await app.WaitForEndAsync();
    }

    [Fact]
    public async Task After_the_response_receive_gives_the_disconnect_and_send_throws()
    {
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (scope, receive, send) =>
            {
                ValueTask<GatewayEvent> waiting = receive();
                await send(new HttpFullResponse(200));
                Assert.Same(HttpDisconnect.Instance, await waiting);
                Assert.Same(HttpDisconnect.Instance, await receive());
                Assert.False(scope.Disconnected.IsCancellationRequested);
                await Assert.ThrowsAsync<GatewayProtocolException>(async () => await send(HttpResponseBody.Empty));
            }),
            new HttpScope());

        await app.ReceiveFromAppAsync<HttpFullResponse>();
        await app.WaitForEndAsync();
    }

    [Fact]
    public async Task A_lifespan_can_be_driven_by_hand()
    {
        var state = new Dictionary<string, object?>();
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (scope, receive, send) =>
            {
                Assert.IsType<LifespanStartup>(await receive());
                scope.State["db"] = "open";
                await send(LifespanStartupComplete.Instance);
                Assert.IsType<LifespanShutdown>(await receive());
                await send(LifespanShutdownComplete.Instance);
            }),
            new LifespanScope(state));

        await app.SendToAppAsync(LifespanStartup.Instance);
        await app.ReceiveFromAppAsync<LifespanStartupComplete>();
        Assert.Equal("open", state["db"]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.DisconnectAsync());
        await app.SendToAppAsync(LifespanShutdown.Instance);
        await app.ReceiveFromAppAsync<LifespanShutdownComplete>();
        await app.WaitForEndAsync();
    }

    [Fact]
    public async Task A_raw_connection_can_be_driven_by_hand()
    {
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (_, receive, send) =>
            {
                while (await receive() is TcpReceive { MoreData: true } part)
                {
                    await send(new TcpSend(part.Data.ToArray()));
                }

                await send(TcpClose.Instance);
                Assert.IsType<TcpDisconnect>(await receive());
            }),
            new TcpScope { Client = new ScopeAddress("a", 1) });

        await app.SendToAppAsync(new TcpReceive("hi"u8.ToArray()));
        Assert.Equal("hi"u8.ToArray(), (await app.ReceiveFromAppAsync<TcpSend>()).Data.ToArray());
        await app.SendToAppAsync(new TcpReceive(default, moreData: false));
        await app.ReceiveFromAppAsync<TcpClose>();
        await app.WaitForEndAsync();
    }

    [Fact]
    public async Task A_websocket_can_be_driven_by_hand()
    {
        await using AppCommunicator app = AppCommunicator.Start(
            Apps.Of(async (_, receive, send) =>
            {
                await receive();
                await send(new WebSocketAccept("chat"));
                await send(WebSocketSend.Echo((WebSocketReceive)await receive()));
                await send(new WebSocketClose(3000, "enough"));
                var closed = (WebSocketDisconnect)await receive();
                Assert.Equal((3000, "enough"), (closed.Code, closed.Reason));
            }),
            new WebSocketScope { Subprotocols = ["chat"] });

        await app.SendToAppAsync(WebSocketConnect.Instance);
        Assert.Equal("chat", (await app.ReceiveFromAppAsync<WebSocketAccept>()).Subprotocol);
        await app.SendToAppAsync(new WebSocketReceive("x"));
        Assert.Equal("x", (await app.ReceiveFromAppAsync<WebSocketSend>()).Text);
        Assert.Equal(3000, (await app.ReceiveFromAppAsync<WebSocketClose>()).Code);
        await app.WaitForEndAsync();
    }
}
