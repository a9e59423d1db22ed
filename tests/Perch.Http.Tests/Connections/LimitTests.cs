using System.Globalization;

namespace Perch.Http.Tests.Connections;

/// <summary>Limits that a client hits: the status, the closed connection, the counter, and nothing above Debug in the log.</summary>
public sealed class LimitTests
{
    private static readonly string TooMany = Apps.Text("503 Service Unavailable", "Too many connections.");

    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\n";

    public static TheoryData<string, string, string, string> Heads => new()
    {
        { "GET /" + new string('x', 60) + " HTTP/1.1\r\nHost: a\r\n\r\n", "414 URI Too Long", "The request line is too long.", "request_line_too_long" },
        { "GET /" + new string('x', 200), "414 URI Too Long", "The request line is too long.", "request_line_too_long" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 200) + "\r\n\r\n", "431 Request Header Fields Too Large", "The request headers are too large.", "head_too_large" },
        { "GET / HTTP/1.1\r\nHost: a\r\nA:\r\nB:\r\nC:\r\nD:\r\n\r\n", "431 Request Header Fields Too Large", "The request has too many headers.", "too_many_fields" },
        { Post + "Content-Length: 11\r\n\r\n", "413 Content Too Large", "The request body is too large.", "body_too_large" },
    };

    public static TheoryData<string, string, string, string> Bodies => new()
    {
        { "B\r\n", "413 Content Too Large", "The request body is too large.", "body_too_large" },
        { "6\r\n123456\r\n5\r\n", "413 Content Too Large", "The request body is too large.", "body_too_large" },
        { "1;a=123456789\r\n", "413 Content Too Large", "The chunk extensions are too large.", "chunk_extensions_too_large" },
        { "0\r\nx: 123456789\r\n", "431 Request Header Fields Too Large", "The trailers are too large.", "trailers_too_large" },
        { "x\r\n", "400 Bad Request", "A chunk size is not valid.", "invalid_chunk_size" },
        { "1;\"\0\"\r\n", "400 Bad Request", "A chunk extension is not valid.", "invalid_chunk_extension" },
        { "1\r\n12\r\n", "400 Bad Request", "A chunk does not end with its line end.", "invalid_chunk_end" },
    };

    // RFC 9110 §15.5.14, §15.5.15, RFC 6585 §5.
    [Theory]
    [MemberData(nameof(Heads))]
    public async Task HeadBeyondALimit_IsRefused(string request, string status, string text, string reason)
    {
        GatewayRun run = Run(Apps.Hello);

        run.Client.Send(request);
        await run.Client.ExpectAsync(Apps.Text(status, text));
        run.Client.Send(Apps.Get);
        run.Client.End();

        await AssertRefusedAsync(run, reason);
        Assert.Equal(0, run.Calls);
    }

    // RFC 9112 §7.1, §7.1.1, §7.1.2.
    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task ChunkedBodyBeyondALimit_IsThrownOutOfReceive_AndAnswered(string body, string status, string text, string reason)
    {
        GatewayRun run = Run(Apps.Echo);

        run.Client.Send(Post + "Transfer-Encoding: chunked\r\n\r\n" + body);
        await run.Client.ExpectAsync(Apps.Text(status, text));
        run.Client.Send(Apps.Get);
        run.Client.End();

        await AssertRefusedAsync(run, reason);
        Assert.Equal(1, run.Calls);
    }

    [Fact]
    public async Task AppMayAnswerARejectedBodyItself()
    {
        GatewayRun run = Run(async (scope, receive, send) =>
        {
            var rejected = await Assert.ThrowsAsync<RequestRejectedException>(async () => await receive());
            await send(new HttpFullResponse(200, null, System.Text.Encoding.ASCII.GetBytes(rejected.StatusCode.ToString(CultureInfo.InvariantCulture))));
        });

        run.Client.Send(Post + "Transfer-Encoding: chunked\r\n\r\nFF\r\n");

        await run.Client.ExpectAsync(Apps.Answer("413", "connection: close\r\n"));
        Assert.Empty(run.Log.AboveDebug);
    }

    // The app is done with the request when it turns out to be unreadable: nobody is told, but it is counted.
    [Fact]
    public async Task BodyThatIsRefusedWhileItIsDrained_EndsTheConnection_AndIsCounted()
    {
        GatewayRun run = Run(Apps.Hello);

        run.Client.Send(Post + "Transfer-Encoding: chunked\r\n\r\n");
        await run.Client.ExpectAsync(Apps.HelloAnswer);
        run.Client.Send("x\r\n" + Apps.Get);
        run.Client.End();

        await AssertRefusedAsync(run, "invalid_chunk_size");
        Assert.Equal(1, run.Calls);
    }

    // RFC 9110 §9.3.2: no content to HEAD, whoever answers.
    [Fact]
    public async Task RefusalOfAHeadRequest_HasNoBody()
    {
        GatewayRun run = Run(Apps.Hello);

        run.Client.Send("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
        run.Client.End();

        Assert.EndsWith("connection: close\r\n\r\n", await run.Client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    // RFC 9112 §9.6: what the client sends meanwhile is read, or its connection would be reset and the answer lost.
    [Fact]
    public async Task ConnectionBeyondTheLimit_Gets503_AndTheOthersGoOn()
    {
        GatewayRun run = Run(Apps.Hello, options => options.Limits.MaxConnections = 1);
        var second = new MemoryConnection();
        second.Send(Apps.Get);

        Task refused = run.Serve(second);

        await second.ExpectAsync(TooMany);
        second.Send(Apps.Get);
        Assert.False(refused.IsCompleted);
        second.End();
        await refused.Within("the end of the refused connection");
        Assert.Equal("", await second.ReadToEndAsync());
        Assert.Equal("too_many_connections 1", run.Rejections.Text);
        Assert.Equal(1, run.Gateway.Count);
        run.Client.Send(Apps.Get);
        await run.Client.ExpectAsync(Apps.HelloAnswer);
        run.Client.End();
        await run.AssertGoneAsync();

        var third = new MemoryConnection();
        _ = run.Serve(third);
        third.Send(Apps.Get);
        await third.ExpectAsync(Apps.HelloAnswer);
        Assert.Empty(run.Log.AboveDebug);
    }

    // RFC 9110 §9.3.2: only the answer to a HEAD has no content, and what is refused here has asked for nothing yet.
    [Fact]
    public async Task ConnectionBeyondTheLimit_GetsTheWholeAnswer_WhateverTheLastRequestWas()
    {
        GatewayRun run = Run(Apps.Hello, options => options.Limits.MaxConnections = 1);
        run.Client.Send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
        var second = new MemoryConnection();

        Task refused = run.Serve(second);

        await second.ExpectAsync(TooMany);
        second.End();
        await refused.Within("the end of the refused connection");
        run.Client.End();
        await run.AssertGoneAsync();
    }

    [Theory]
    [InlineData("", 6)]
    [InlineData("x", 6)]
    [InlineData("xxxxxxxxxx", 0)]
    public async Task RefusedConnectionThatStays_IsClosed(string input, double seconds)
    {
        GatewayRun run = Run(Apps.Hello, options =>
        {
            options.Limits.MaxConnections = 1;
            options.Limits.MaxDrainSize = 10;
        });
        var second = new MemoryConnection();
        Task refused = run.Serve(second);

        second.Send(input);
        run.Time.Advance(seconds);

        await refused.Within("the end of the refused connection");
        Assert.Equal(TooMany, await second.ReadToEndAsync());
        Assert.Empty(run.Log.AboveDebug);
    }

    // Else the limit on connections would be none.
    [Fact]
    public async Task RefusedConnections_AreHeldNoMoreThanAreServed()
    {
        GatewayRun run = Run(Apps.Hello, options => options.Limits.MaxConnections = 1);
        var held = new MemoryConnection();
        var closed = new MemoryConnection();
        Task first = run.Serve(held);

        await run.Serve(closed).Within("the end of the second that is refused");

        Assert.False(first.IsCompleted);
        Assert.Equal(TooMany, await closed.ReadToEndAsync());
    }

    private static GatewayRun Run(GatewayApp app, Action<HttpGatewayOptions>? configure = null) => new(app, options =>
    {
        options.Limits.MaxRequestLineSize = 64;
        options.Limits.MaxRequestHeadersTotalSize = 160;
        options.Limits.MaxRequestHeaderCount = 4;
        options.Limits.MaxRequestBodySize = 10;
        options.Limits.MaxChunkExtensionSize = 10;
        options.Limits.MaxTrailerSize = 10;
        configure?.Invoke(options);
    });

    private static async Task AssertRefusedAsync(GatewayRun run, string reason)
    {
        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Equal(reason + " 1", run.Rejections.Text);
        Assert.Empty(run.Log.AboveDebug);
    }
}
