using System.Net;

namespace Perch.Http.Tests.Connections;

/// <summary>A connection that waits for a request lends its engine, and with it scope and headers, to those that do not wait.</summary>
public sealed class IdleConnectionTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    private static readonly HttpResponseStart Start = new(200, [("content-length", "0")]);

    [Fact]
    public async Task ConnectionsThatTakeTurns_ShareAScopeThatTellsOfEach()
    {
        var scopes = new List<HttpScope>();
        var seen = new List<(int?, string)>();
        using var first = new Client(1001);
        using var second = new Client(1002);
        var run = new GatewayRun(
            async (scope, _, send) =>
            {
                var http = (HttpScope)scope;
                scopes.Add(http);
                seen.Add((http.Client?.Port, http.Path));
                await AnswerAsync(send);
            },
            client: first.Connection);
        _ = run.Serve(second.Connection);

        await first.AskAsync("/a");
        await second.AskAsync("/b");
        await first.AskAsync("/c");

        Assert.Equal([(1001, "/a"), (1002, "/b"), (1001, "/c")], seen);
        Assert.Single(scopes.Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public async Task ARequestThatRuns_KeepsItsScope()
    {
        var go = new TaskCompletionSource();
        string? path = null;
        using var first = new Client(1001);
        using var second = new Client(1002);
        var run = new GatewayRun(
            async (scope, _, send) =>
            {
                var http = (HttpScope)scope;
                if (http.Path == "/wait")
                {
                    await go.Task;
                    path = http.Path;
                }

                await AnswerAsync(send);
            },
            client: first.Connection);
        _ = run.Serve(second.Connection);

        first.Connection.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await second.AskAsync("/b");
        go.SetResult();
        await first.Connection.ExpectAsync(Answer);

        Assert.Equal("/wait", path);
    }

    [Fact]
    public async Task WhatAnAppLeavesBehind_DoesNotReachTheNextRequestOfAnotherConnection()
    {
        (Receive Receive, Send Send)? left = null;
        var go = new TaskCompletionSource();
        using var first = new Client(1001);
        using var second = new Client(1002);
        var run = new GatewayRun(
            async (scope, receive, send) =>
            {
                if (((HttpScope)scope).Path == "/wait")
                {
                    await go.Task;
                }

                left ??= (receive, send);
                await AnswerAsync(send);
            },
            client: first.Connection);
        _ = run.Serve(second.Connection);
        await first.AskAsync("/");

        // It has the engine that the first connection had.
        second.Connection.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await Assert.ThrowsAsync<GatewayProtocolException>(async () => await left!.Value.Send(Start));
        Assert.IsType<HttpDisconnect>(await left!.Value.Receive());
        go.SetResult();

        await second.Connection.ExpectAsync(Answer);
        Assert.Equal("", first.Connection.ReadNow());
    }

    private static async Task AnswerAsync(Send send)
    {
        await send(Start);
        await send(HttpResponseBody.Empty);
    }

    private sealed class Client : IDisposable
    {
        internal Client(int port) => Connection.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, port);

        internal MemoryConnection Connection { get; } = new();

        internal Task AskAsync(string path)
        {
            Connection.Send($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
            return Connection.ExpectAsync(Answer);
        }

        public void Dispose() => Connection.Close();
    }
}
