using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Perch.Http.Tests.Connections;

/// <summary>RFC 9113 §3.3, §3.4: who begins with the preface speaks HTTP/2, and is handed on with nothing consumed.</summary>
public sealed class Http2PrefaceTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Fact]
    public async Task PrefaceSplitAtAnyByte_IsHandedOnUntouched()
    {
        const string Input = Preface + "\0\0\0\u0004\0\0\0\0\0";
        for (int split = 0; split <= Input.Length; split++)
        {
            string? seen = null;
            var run = new GatewayRun(Apps.Hello, handOn: async connection =>
            {
                ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(Input.Length);
                seen = Encoding.Latin1.GetString(System.Buffers.BuffersExtensions.ToArray(read.Buffer));
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
            });

            run.Client.Send(Input[..split]);
            run.Client.Send(Input[split..]);

            await run.Served.Within("the other protocol's end");
            Assert.Equal(Input, seen);
            Assert.Equal(0, run.Gateway.Count);
            Assert.Equal(0, run.Calls);
        }
    }

    [Theory]
    [InlineData("PRI x HTTP/1.1\r\nHost: a\r\n\r\n", "400 Bad Request")]
    [InlineData("PRI * HTTP/1.1\r\nHost: a\r\n\r\n", "400 Bad Request")]
    [InlineData("PRI /x HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX", "505 HTTP Version Not Supported")]
    public async Task WhatOnlyBeginsLikeIt_IsServedAsHttp11(string input, string status)
    {
        for (int split = 0; split <= input.Length; split++)
        {
            var run = new GatewayRun(Apps.Hello, handOn: _ => throw new InvalidOperationException("not HTTP/2"));

            run.Client.Send(input[..split]);
            run.Client.Send(input[split..]);
            run.Client.End();

            Assert.StartsWith($"HTTP/1.1 {status}\r\n", await run.Client.ReadToEndAsync(), StringComparison.Ordinal);
            await run.AssertGoneAsync();
            Assert.Empty(run.Log.AboveDebug);
        }
    }

    [Fact]
    public async Task ClientThatSendsNothing_IsClosedByTheTimeout()
    {
        var run = new GatewayRun(Apps.Hello, handOn: _ => Task.CompletedTask);

        run.Time.Advance(131);

        await run.AssertGoneAsync();
        Assert.Empty(run.Log.AboveDebug);
    }

    // RFC 9110 §15.5.9: as any other head that stalls.
    [Theory]
    [InlineData("P")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r")]
    public async Task ClientThatStallsInThePreface_Gets408(string input)
    {
        var run = new GatewayRun(Apps.Hello, handOn: _ => throw new InvalidOperationException("not HTTP/2"));

        run.Time.Advance(100);
        run.Client.Send(input[..1]);
        run.Time.Advance(20);
        run.Client.Send(input[1..]);
        run.Time.Advance(9);
        Assert.Equal("", run.Client.ReadNow());
        run.Time.Advance(2);

        await run.Client.ExpectAsync(Apps.Text("408 Request Timeout", "The request's head took too long."));
        run.Client.End();
        Assert.Equal("", await run.Client.ReadToEndAsync());
        await run.AssertGoneAsync();
        Assert.Equal("head_timeout 1", run.Rejections.Text);
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task TimeoutsThatAreInfinite_AreNone()
    {
        var run = new GatewayRun(
            Apps.Hello,
            options => options.Limits.KeepAliveTimeout = options.Limits.RequestHeadersTimeout = TimeSpan.MaxValue,
            handOn: _ => throw new InvalidOperationException("not HTTP/2"));

        run.Time.Advance(1000);
        run.Client.Send("P");
        run.Time.Advance(1000);
        run.Client.Send("UT / HTTP/1.1\r\nHost: a\r\n\r\n");

        await run.Client.ExpectAsync(Apps.HelloAnswer);
    }

    [Fact]
    public async Task ClientThatSendsNothing_DoesNotHoldTheServersStop()
    {
        var run = new GatewayRun(Apps.Hello, handOn: _ => Task.CompletedTask);

        Unbound.Run(run.Client.RequestClose);

        await run.AssertGoneAsync();
        Assert.Empty(run.Log.AboveDebug);
    }

    [Fact]
    public async Task ServersStop_ClosesAConnectionThatIdles_AndFinishesOneThatRuns()
    {
        var released = new TaskCompletionSource();
        var idle = new GatewayRun(Apps.Hello);
        var busy = new GatewayRun(async (scope, receive, send) =>
        {
            await released.Task;
            await Apps.Hello(scope, receive, send);
        });
        busy.Client.Send(Apps.Get + Apps.Get);

        Unbound.Run(idle.Client.RequestClose);
        Unbound.Run(busy.Client.RequestClose);
        await idle.AssertGoneAsync();
        released.SetResult();

        Assert.Equal(Apps.LastHelloAnswer, await busy.Client.ReadToEndAsync());
        await busy.AssertGoneAsync();
    }
}
