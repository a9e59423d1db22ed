using System.Net;
using System.Text;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Disconnects;

public class ClientLeavesTests
{
    private const string Head = "POST /x?y HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX: y\r\n\r\n";
    private const string ChunkedHead = "POST /x?y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Chunks = "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nx-trailer: 1\r\n\r\n";

    [Theory]
    [InlineData(Leave.Close)]
    [InlineData(Leave.Reset)]
    public async Task After_each_byte_of_the_head_nothing_is_left_and_nothing_logged(Leave how)
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http((http, receive, send) => new Witness().RunAsync(http, receive, send)));
        for (int count = 0; count <= Head.Length; count++)
        {
            RawClient client = await server.ConnectAsync();
            await client.SendAsync(Head[..count]);
            LeaveBy(client, how);
        }

        await AssertNothingLeftAsync(server);
    }

    [Theory]
    [InlineData(Leave.Close)]
    [InlineData(Leave.Reset)]
    public async Task After_each_byte_of_a_body_the_app_is_told(Leave how)
    {
        for (int count = 0; count <= 5; count++)
        {
            await LeaveInBodyAsync(Head, "12345"[..count], how);
        }
    }

    [Theory]
    [InlineData(Leave.Close)]
    [InlineData(Leave.Reset)]
    public async Task After_each_byte_of_a_chunked_body_the_app_is_told(Leave how)
    {
        for (int count = 0; count <= Chunks.Length; count++)
        {
            await LeaveInBodyAsync(ChunkedHead, Chunks[..count], how);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task On_HTTP_2_a_reset_stream_is_a_client_that_left(int bodyBytes)
    {
        var witness = new Witness();
        await using TestServer server = await TestServer.StartAsync(Apps.Http((http, receive, send) =>
            http.Path == "/hello" ? Apps.Hello(http, receive, send) : witness.RunAsync(http, receive, send)));
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new StalledContent(new byte[bodyBytes], length: 5);
        Task<HttpResponseMessage> response = server.Http2.SendAsync(request, leave.Token);
        await witness.Called.For("the app's call");
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response);
        await witness.AssertSawDisconnectAsync();
        Assert.Equal("Hello", await server.Http2.GetStringAsync("/hello"));
        await AssertNothingLeftAsync(server);
    }

    [Theory]
    [InlineData(Leave.Close, false)]
    [InlineData(Leave.Reset, false)]
    [InlineData(Leave.Close, true)]
    [InlineData(Leave.Reset, true)]
    public async Task Within_the_response_send_throws(Leave how, bool declared)
    {
        var seen = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(Streaming(seen, declared));
        RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\n");
        LeaveBy(client, how);
        Assert.IsType<ClientDisconnectedException>(await seen.Task.For("the exception out of send"));
        await AssertNothingLeftAsync(server);
    }

    [Fact]
    public async Task Within_the_response_on_HTTP_2_send_throws()
    {
        var seen = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(Streaming(seen, declared: false));
        HttpResponseMessage response = await server.Http2.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        response.Dispose();
        Assert.IsType<ClientDisconnectedException>(await seen.Task.For("the exception out of send"));
        await AssertNothingLeftAsync(server);
    }

    [Fact]
    public async Task An_app_that_never_answers_is_told_by_its_token()
    {
        var cancelled = new TaskCompletionSource();
        var called = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (http, _, _) =>
        {
            http.Disconnected.Register(cancelled.SetResult);
            called.SetResult();
            await Task.Delay(Timeout.Infinite, http.Disconnected);
        }));
        RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await called.Task.For("the app's call");
        client.Dispose();
        await cancelled.Task.For("scope.Disconnected");
        await AssertNothingLeftAsync(server);
    }

    [Fact]
    public async Task An_app_that_returns_when_its_client_has_left_owes_no_response()
    {
        var called = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, receive, _) =>
        {
            await receive();
            called.SetResult();
            await receive();
        }));
        RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await called.Task.For("the app's call");
        client.Reset();
        await AssertNothingLeftAsync(server);
    }

    [Fact]
    public async Task An_app_that_fails_when_its_client_has_left_is_logged()
    {
        var called = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, receive, _) =>
        {
            await receive();
            called.SetResult();
            await receive();
            throw new InvalidOperationException("a bug in the app");
        }));
        RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await called.Task.For("the app's call");
        client.Reset();
        await server.IdleAsync();
        Assert.Equal("a bug in the app", Assert.Single(server.Logs.AboveDebug).Exception!.Message);
    }

    private static async Task LeaveInBodyAsync(string head, string body, Leave how)
    {
        var witness = new Witness();
        await using TestServer server = await TestServer.StartAsync(Apps.Http(witness.RunAsync));
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(head + body);
        await witness.Called.For("the app's call");
        LeaveBy(client, how);
        await witness.AssertSawDisconnectAsync();
        await AssertNothingLeftAsync(server);
    }

    private static GatewayApp Streaming(TaskCompletionSource<Exception> seen, bool declared) => Apps.Http(async (_, _, send) =>
    {
        await send(declared ? new HttpResponseStart(200, [("content-length", long.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture))]) : Apps.Ok);
        try
        {
            while (true)
            {
                await send(new HttpResponseBody(Encoding.ASCII.GetBytes(new string('x', 1000)), moreBody: true));
            }
        }
        catch (Exception exception)
        {
            seen.TrySetResult(exception);
            throw;
        }
    });

    private static void LeaveBy(RawClient client, Leave how)
    {
        if (how == Leave.Reset)
        {
            client.Reset();
        }
        else
        {
            client.Dispose();
        }
    }

    private static async Task AssertNothingLeftAsync(TestServer server)
    {
        // A server that has stopped has seen all that its clients did.
        await server.Web.StopAsync().For("the server's stop");
        Assert.Equal(0, server.Host.Running);
        Assert.Empty(server.Logs.AboveDebug);
    }
}
