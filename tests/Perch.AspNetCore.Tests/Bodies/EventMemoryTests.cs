using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Bodies;

public class EventMemoryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_events_and_scopes_are_checked_or_reused(bool reuse)
    {
        var scopes = new List<HttpScope>();
        var events = new List<HttpRequestBody>();
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http(async (http, receive, send) =>
            {
                scopes.Add(http);
                Task<GatewayEvent> first = receive().AsTask();
                await send(Apps.Ok);
                await send(new HttpResponseBody("go"u8, moreBody: true));
                var one = (HttpRequestBody)await first;
                Assert.Equal((byte)'1', one.Body.Span[0]);
                await send(new HttpResponseBody("on"u8, moreBody: true));
                var two = (HttpRequestBody)await receive();
                Assert.Equal((byte)'2', two.Body.Span[0]);
                Assert.Equal(reuse, ReferenceEquals(one, two));
                if (!reuse)
                {
                    Assert.Throws<ObjectDisposedException>(() => one.Body);
                }

                events.Add(two);
                await send(HttpResponseBody.Empty);
            }),
            new() { Gateway = options => options.ReuseScopes = reuse });
        using RawClient client = await server.ConnectAsync();

        // Each thread keeps an exchange, so one that is used again comes once requests have ended on as many threads as there are.
        for (int i = 0; i < 2 || (reuse && i < 200 && scopes.Distinct().Count() == scopes.Count); i++)
        {
            int from = client.Received.Length;
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
            await client.ReadUntilAsync("go\r\n", from);
            await client.SendAsync("1");
            await client.ReadUntilAsync("on\r\n", from);
            await client.SendAsync("2");
            await client.ReadUntilAsync("\r\n0\r\n\r\n", from);
            await server.IdleAsync();
        }

        Assert.Empty(server.Logs.Errors);
        Assert.Equal(reuse, scopes.Distinct().Count() < scopes.Count);
        if (reuse)
        {
            return;
        }

        Assert.All(scopes, scope => Assert.Throws<ObjectDisposedException>(() => scope.Path));
        Assert.All(events, body => Assert.Throws<ObjectDisposedException>(() => body.Body));
    }

    [Fact]
    public async Task A_detached_scope_outlives_its_request()
    {
        HttpScope? kept = null;
        await using TestServer server = await TestServer.StartAsync(Apps.Http((http, receive, send) =>
        {
            kept = http.Detach();
            return Apps.Hello(http, receive, send);
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a?b") { Headers = { { "x", "1" } } };
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        await server.Client.GetStringAsync("/other");
        Assert.Equal("/other", kept!.Path);
        Assert.Null(kept.Headers.GetValue("x"));
        Assert.Equal("127.0.0.1", kept.Client!.Value.Host);
    }
}
