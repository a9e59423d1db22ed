using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Perch.Http.Tests.Connections;

/// <summary>The bare listener, over real sockets.</summary>
public sealed class GatewayListenerTests
{
    [Fact]
    public async Task PortZero_IsAPortThatIsFree()
    {
        await using ListenerHost host = await new ListenerHost(Apps.Hello, Plain, LifespanMode.Off).StartAsync();
        using Socket client = await host.ConnectAsync();

        Assert.NotEqual(0, ((IPEndPoint)host.Listener.EndPoint).Port);
        await client.SendAsync(Apps.Get + Apps.Get);
        await client.ExpectAsync(Apps.HelloAnswer + Apps.HelloAnswer);
    }

    [Fact]
    public async Task UnixSocket_IsServed()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var host = new ListenerHost(Apps.Hello, Plain, LifespanMode.Off);
        await host.Listener.StartAsync(new UnixDomainSocketEndPoint(path));
        using Socket client = await host.ConnectAsync();

        await client.SendAsync(Apps.Get);

        await client.ExpectAsync(Apps.HelloAnswer);
    }

    [Fact]
    public async Task ClientThatShutsItsSide_GetsItsAnswer()
    {
        await using ListenerHost host = await new ListenerHost(Apps.Echo, Plain, LifespanMode.Off).StartAsync();
        using Socket client = await host.ConnectAsync();

        await client.SendAsync("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(Apps.Answer("/p ab"), await client.ReadToEndAsync());
    }

    // RFC 9112 §9.6: the answer says that it is the last.
    [Fact]
    public async Task Stop_FinishesWhatRuns_AndClosesWhatWaits()
    {
        var runs = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        await using ListenerHost host = await new ListenerHost(
            async (scope, receive, send) =>
            {
                if (scope is HttpScope { Path: "/slow" })
                {
                    runs.SetResult();
                    await released.Task;
                }

                await Apps.Hello(scope, receive, send);
            },
            Plain,
            LifespanMode.Off).StartAsync();
        using Socket idle = await host.ConnectAsync();
        using Socket fresh = await host.ConnectAsync();
        using Socket busy = await host.ConnectAsync();
        await idle.SendAsync(Apps.Get);
        await idle.ExpectAsync(Apps.HelloAnswer);
        await busy.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        await runs.Task.Within("the call of the app");

        Task stopping = host.Listener.StopAsync();
        Assert.Equal("", await idle.ReadToEndAsync());
        Assert.Equal("", await fresh.ReadToEndAsync());
        Assert.False(stopping.IsCompleted);
        await Assert.ThrowsAnyAsync<SocketException>(host.ConnectAsync);
        released.SetResult();

        Assert.Equal(Apps.LastHelloAnswer, await busy.ReadToEndAsync());
        await stopping.Within("the stop");
        Assert.Equal(0, host.Listener.ConnectionCount);
        Assert.Empty(host.Log.AboveDebug);
    }

    [Fact]
    public async Task StopThatIsCancelled_AbortsWhatRuns()
    {
        var runs = new TaskCompletionSource();
        await using ListenerHost host = await new ListenerHost(
            async (scope, _, _) =>
            {
                runs.SetResult();
                await Task.Delay(Timeout.Infinite, ((HttpScope)scope).Disconnected);
            },
            Plain,
            LifespanMode.Off).StartAsync();
        using Socket client = await host.ConnectAsync();
        await client.SendAsync(Apps.Get);
        await runs.Task.Within("the call of the app");

        Task first = host.Listener.StopAsync();
        using var cancelled = new CancellationTokenSource();
        Task second = host.Listener.StopAsync(cancelled.Token);
        Assert.False(second.IsCompleted);
        cancelled.Cancel();

        Assert.Equal("", await client.ReadToEndAsync());
        await Task.WhenAll(first, second).Within("both stops");
        Assert.Empty(host.Log.AboveDebug);
    }

    [Fact]
    public async Task Lifespan_StartsBeforeTheFirstConnection_AndEndsAfterTheLast()
    {
        var events = new List<string>();
        var host = new ListenerHost(
            async (scope, receive, send) =>
            {
                if (scope is LifespanScope lifespan)
                {
                    await receive();
                    events.Add("startup");
                    lifespan.State["answer"] = "42";
                    await send(LifespanStartupComplete.Instance);
                    await receive();
                    events.Add("shutdown");
                    await send(LifespanShutdownComplete.Instance);
                    return;
                }

                events.Add("request " + ((HttpScope)scope).State!["answer"]);
                await Apps.Hello(scope, receive, send);
            },
            Plain);
        await host.StartAsync();
        Assert.Equal(["startup"], events);
        using Socket client = await host.ConnectAsync();
        await client.SendAsync(Apps.Get);
        await client.ExpectAsync(Apps.HelloAnswer);

        await host.DisposeAsync();

        Assert.Equal(["startup", "request 42", "shutdown"], events);
    }

    [Fact]
    public async Task AppThatHasStarted_IsStopped_IfTheListenerCannotBind()
    {
        bool stopped = false;
        await using ListenerHost other = await new ListenerHost(Apps.Hello, lifespan: LifespanMode.Off).StartAsync();
        await using var host = new ListenerHost(async (_, receive, send) =>
        {
            await receive();
            await send(LifespanStartupComplete.Instance);
            await receive();
            stopped = true;
            await send(LifespanShutdownComplete.Instance);
        });

        await Assert.ThrowsAsync<AddressInUseException>(() => host.Listener.StartAsync(other.Listener.EndPoint));

        Assert.True(stopped);
    }

    [Fact]
    public async Task ClientThatResetsInMidAnswer_LeavesNothing()
    {
        var ended = new TaskCompletionSource();
        await using ListenerHost host = await new ListenerHost(
            async (_, _, send) =>
            {
                try
                {
                    await send(new HttpResponseStart(200));
                    while (true)
                    {
                        await send(new HttpResponseBody(new byte[10_000], moreBody: true));
                    }
                }
                finally
                {
                    ended.SetResult();
                }
            },
            Plain,
            LifespanMode.Off).StartAsync();
        using Socket client = await host.ConnectAsync();
        await client.SendAsync(Apps.Get);
        await client.ReadAsync(100_000);

        client.Reset();

        await ended.Task.Within("the end of the app");
        await host.Listener.StopAsync().Within("the stop");
        Assert.Equal(0, host.Listener.ConnectionCount);
        Assert.Empty(host.Log.AboveDebug);
    }

    private static void Plain(HttpGatewayOptions options) => options.DateHeader = options.ServerHeader = false;
}
