namespace Perch.Http.Tests.Connections;

/// <summary><see cref="HttpGatewayOptions"/> as a client and an app see them.</summary>
public sealed class OptionsTests
{
    private const string Date = "date: Thu, 01 Jan 2026 00:00:00 GMT\r\n";

    [Theory]
    [InlineData(true, true, Date + "server: perch\r\n")]
    [InlineData(true, false, Date)]
    [InlineData(false, true, "server: perch\r\n")]
    [InlineData(false, false, "")]
    public async Task DateAndServer_AreInEveryAnswer_OfTheAppAndOfOurs(bool date, bool server, string fields)
    {
        var run = new GatewayRun(Apps.Hello, options => (options.DateHeader, options.ServerHeader) = (date, server));

        run.Client.Send(Apps.Get + "x\r\n\r\n");
        run.Client.End();

        string output = await run.Client.ReadToEndAsync();
        string answer = $"HTTP/1.1 200 OK\r\n{fields}content-length: 2\r\n\r\nhi";
        Assert.StartsWith(answer, output, StringComparison.Ordinal);
        string refusal = output[answer.Length..];
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", refusal, StringComparison.Ordinal);
        Assert.Contains("\r\n" + fields + "content-length: ", refusal, StringComparison.Ordinal);
    }

    // RFC 9110 §6.6.1: an origin server with a clock sends one Date; the app may be the one that knows it.
    [Fact]
    public void DateAndServerOfTheApp_AreNotDoubled()
    {
        var run = new GatewayRun(
            async (_, _, send) =>
            {
                await send(new HttpResponseStart(200, [("Date", "then"), ("Server", "mine")]));
                await send(new HttpResponseBody("hi"u8));
            },
            options => options.DateHeader = options.ServerHeader = true);

        run.Client.Send(Apps.Get);

        string output = run.Client.ReadNow();
        Assert.Equal(1, Count(output, "date:"));
        Assert.Equal(1, Count(output, "server:"));
        Assert.Contains("then", output, StringComparison.Ordinal);
        Assert.Contains("mine", output, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatNoTimerAndNoTableCanHold_IsRefused()
    {
        var limits = new HttpGatewayLimits();
        var webSockets = new WebSocketGatewayOptions { PingInterval = Timeout.InfiniteTimeSpan };
        Assert.Equal(Timeout.InfiniteTimeSpan, webSockets.PingInterval);
        Assert.Throws<ArgumentOutOfRangeException>(() => limits.TlsHandshakeTimeout = TimeSpan.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => limits.MaxRequestHeaderCount = int.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => webSockets.CloseTimeout = TimeSpan.MaxValue);
    }

    // ASGI: path includes root_path; raw_path is what came in.
    [Theory]
    [InlineData("", "/a%20b?q", "/a b")]
    [InlineData("/api", "/a%20b?q", "/api/a b")]
    [InlineData("/api/v1", "/", "/api/v1/")]
    public async Task RootPath_IsInTheScope_AndBeforeThePath(string rootPath, string target, string path)
    {
        (string Root, string Path, string RawPath)? seen = null;
        var run = new GatewayRun(
            async (scope, receive, send) =>
            {
                var http = (HttpScope)scope;
                seen = (http.RootPath, http.Path, System.Text.Encoding.Latin1.GetString(http.RawPath.Span));
                await Apps.Hello(scope, receive, send);
            },
            options => options.RootPath = rootPath);

        run.Client.Send($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");

        await run.Client.ExpectAsync(Apps.HelloAnswer);
        Assert.Equal((rootPath, path, target.Split('?')[0]), seen);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("/")]
    [InlineData("/api/")]
    public void RootPathThatIsNone_IsRefused(string rootPath) =>
        Assert.Throws<ArgumentException>(() => new HttpGatewayOptions().RootPath = rootPath);

    private static int Count(string text, string part) => text.Split(part, StringSplitOptions.None).Length - 1;
}
