using Microsoft.Win32.SafeHandles;

namespace Perch.Http.Tests.Connections;

/// <summary>Answers that are more than a head and a body.</summary>
public sealed class ResponseTests : IDisposable
{
    private const string Chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    private readonly string _path = Path.GetTempFileName();

    public ResponseTests() => File.WriteAllText(_path, "file body");

    public void Dispose() => File.Delete(_path);

    // RFC 9110 §9.3.2, §15.3.5, §15.3.6, §15.4.5, RFC 9112 §6.3: what follows is the next answer.
    [Theory]
    [InlineData("HEAD", 200, "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n")]
    [InlineData("GET", 204, "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("GET", 205, "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n")]
    [InlineData("GET", 304, "HTTP/1.1 304 Not Modified\r\n\r\n")]
    public async Task AnswerWithoutABody_IsFollowedByTheNext(string method, int status, string expected)
    {
        GatewayRun run = First(async (_, _, send) => await send(new HttpFullResponse(status, null, "body"u8.ToArray())));

        run.Client.Send($"{method} /first HTTP/1.1\r\nHost: a\r\n\r\n" + Apps.Get);

        await run.Client.ExpectAsync(expected + Apps.HelloAnswer);
    }

    // RFC 8297: before the answer, at once.
    [Fact]
    public async Task EarlyHint_IsOutBeforeTheAnswer()
    {
        var goes = new TaskCompletionSource();
        GatewayRun run = First(async (scope, receive, send) =>
        {
            await send(new HttpResponseEarlyHint("</a.css>; rel=preload"));
            await goes.Task;
            await Apps.Hello(scope, receive, send);
        });

        run.Client.Send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
        await run.Client.ExpectAsync("HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n");
        goes.SetResult();

        await run.Client.ExpectAsync(Apps.HelloAnswer);
    }

    // RFC 9110 §6.5.1.
    [Theory]
    [InlineData("TE: trailers\r\n", "x-sum: 42\r\n")]
    [InlineData("", "")]
    public async Task Trailers_GoToWhoTakesThem(string field, string trailers)
    {
        GatewayRun run = First(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200, trailers: true));
            await send(new HttpResponseBody("hi"u8));
            await send(new HttpResponseTrailers([("x-sum", "42")]));
        });

        run.Client.Send($"GET /first HTTP/1.1\r\nHost: a\r\n{field}\r\n" + Apps.Get);

        await run.Client.ExpectAsync(Chunked + $"2\r\nhi\r\n0\r\n{trailers}\r\n" + Apps.HelloAnswer);
    }

    [Theory]
    [InlineData("GET", "file body")]
    [InlineData("HEAD", "")]
    public async Task PathSend_SendsTheFile(string method, string body)
    {
        GatewayRun run = First(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200));
            await send(new HttpResponsePathSend(_path));
        });

        run.Client.Send($"{method} /first HTTP/1.1\r\nHost: a\r\n\r\n" + Apps.Get);

        await run.Client.ExpectAsync("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n" + body + Apps.HelloAnswer);
    }

    [Fact]
    public async Task FileThatIsNotThere_LeavesTheAppFreeToAnswerOtherwise()
    {
        GatewayRun run = First(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200));
            await Assert.ThrowsAsync<FileNotFoundException>(async () => await send(new HttpResponsePathSend(_path + ".missing")));
            await send(new HttpResponseBody("none"u8));
        });

        run.Client.Send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");

        await run.Client.ExpectAsync(Apps.Answer("none"));
    }

    [Fact]
    public async Task ZeroCopySend_MayBeMixedWithBodyEvents()
    {
        GatewayRun run = First(async (_, _, send) =>
        {
            using SafeFileHandle file = File.OpenHandle(_path);
            await send(new HttpResponseStart(200));
            await send(new HttpResponseBody("a "u8, moreBody: true));
            await send(new HttpResponseZeroCopySend(file, offset: 5, count: 3, moreBody: true));
            await send(new HttpResponseZeroCopySend(file, count: 0, moreBody: true));
            await send(new HttpResponseBody("!"u8, moreBody: true));
            await send(new HttpResponseZeroCopySend(file, offset: 5));
        });

        run.Client.Send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n" + Apps.Get);

        await run.Client.ExpectAsync(Chunked + "2\r\na \r\n3\r\nbod\r\n1\r\n!\r\n4\r\nbody\r\n0\r\n\r\n" + Apps.HelloAnswer);
    }

    // RFC 9112 §6.3: less than was announced is no whole answer.
    [Fact]
    public async Task FileThatIsShorterThanAnnounced_AbortsTheConnection()
    {
        GatewayRun run = First(async (_, _, send) =>
        {
            using SafeFileHandle file = File.OpenHandle(_path);
            await send(new HttpResponseStart(200));
            await send(new HttpResponseZeroCopySend(file, count: 100));
        });

        run.Client.Send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n" + Apps.Get);

        Assert.Equal("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfile body", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.NotNull(run.Client.Aborted);
        Assert.Single(run.Log.AboveDebug);
    }

    // RFC 9112 §6.1, §6.3: no coding for HTTP/1.0.
    [Fact]
    public async Task BodyOfUnknownLength_EndsWithTheConnectionForHttp10()
    {
        GatewayRun run = First(async (_, _, send) =>
        {
            await send(new HttpResponseStart(200));
            await send(new HttpResponseBody("a"u8, moreBody: true));
            await send(new HttpResponseBody("b"u8));
        });

        run.Client.Send("GET /first HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        Assert.Equal("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nab", await run.Client.ReadToEndAsync());
        Assert.Null(run.Client.Aborted);
    }

    /// <summary>An app for the first request of a connection, and a plain one for the others: they show that the framing was right.</summary>
    private static GatewayRun First(GatewayApp app) => new((scope, receive, send) =>
        ((HttpScope)scope).Path == "/first" ? app(scope, receive, send) : Apps.Hello(scope, receive, send));
}
