using System.Net;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Bodies;

public class BackPressureTests
{
    private const int Chunk = 64 * 1024;

    /// <summary>More than the buffers of two sockets and of Kestrel hold together.</summary>
    private const int Much = 64 * 1024 * 1024;

    private static readonly TestServerOptions Patient = new()
    {
        Kestrel = kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
        },
    };

    [Fact]
    public async Task An_app_that_does_not_receive_stalls_the_client()
    {
        var goOn = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http(async (_, receive, send) =>
            {
                await goOn.Task;
                long count = 0;
                while (await receive() is HttpRequestBody part)
                {
                    count += part.Body.Length;
                    if (!part.MoreBody)
                    {
                        break;
                    }
                }

                await send(Apps.Ok);
                await send(new HttpResponseBody(System.Text.Encoding.ASCII.GetBytes($"<{count}>")));
            }),
            Patient);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {Much}\r\n\r\n");
        byte[] chunk = new byte[Chunk];
        int sent = 0;
        Task<int> write = Task.FromResult(0);
        while (sent < Much)
        {
            write = client.Socket.SendAsync(chunk.AsMemory(0, Math.Min(Chunk, Much - sent))).AsTask();

            // Twice: where the machine pauses, the time passes and the write ends in one moment, and what waits after that is stalled.
            if (await Task.WhenAny(write, Task.Delay(TimeSpan.FromSeconds(1))) != write
                && await Task.WhenAny(write, Task.Delay(TimeSpan.FromSeconds(1))) != write)
            {
                break;
            }

            sent += await write;
        }

        Assert.True(sent < Much, $"The client could send {sent} bytes to an app that received none.");
        goOn.SetResult();
        sent += await write.For("room for the client's bytes");
        while (sent < Much)
        {
            sent += await client.Socket.SendAsync(chunk.AsMemory(0, Math.Min(Chunk, Much - sent))).For("room for the client's bytes");
        }

        await client.ReadUntilAsync($"<{Much}>");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_does_not_read_stalls_send_and_overlapping_sends_are_refused(bool http2)
    {
        var stalled = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http(async (_, _, send) =>
            {
                await send(Apps.Ok);
                var body = new HttpResponseBody(new byte[Chunk], moreBody: true);
                for (long sent = 0; sent < Much; sent += Chunk)
                {
                    Task sending = send(body).AsTask();

                    // Twice: where the machine pauses, the time passes and the send ends in one moment, and what waits after that is stalled.
                    if (!sending.IsCompleted && !stalled.Task.IsCompleted
                        && await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(1))) != sending
                        && await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(1))) != sending)
                    {
                        await Assert.ThrowsAsync<GatewayProtocolException>(() => send(body).AsTask());
                        stalled.SetResult(sent);
                    }

                    await sending;
                }

                await send(HttpResponseBody.Empty);
            }),
            Patient);
        HttpClient client = http2 ? server.Http2 : server.Client;
        using HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        Assert.InRange(await stalled.Task.For("a send() that waits"), 0, Much - 1);
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[1024 * 1024];
        long read = 0;
        while (await stream.ReadAsync(buffer).For("the rest of the response") is > 0 and int count)
        {
            read += count;
        }

        Assert.Equal(Much, read);
        Assert.Empty(server.Logs.Errors);
    }

    [Fact]
    public async Task Overlapping_receives_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Http(async (_, receive, send) =>
        {
            Task<GatewayEvent> first = receive().AsTask();
            await Assert.ThrowsAsync<GatewayProtocolException>(() => receive().AsTask());
            await send(Apps.Ok);
            await send(new HttpResponseBody("1"u8, moreBody: true));
            Assert.Equal("x"u8.ToArray(), ((HttpRequestBody)await first).Body.ToArray());
            Task<GatewayEvent> last = receive().AsTask();
            await Assert.ThrowsAsync<GatewayProtocolException>(() => receive().AsTask());
            await send(new HttpResponseBody("2"u8));
            Assert.IsType<HttpDisconnect>(await last);
        }));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n");
        await client.ReadUntilAsync("1\r\n1\r\n");
        await client.SendAsync("x");
        await client.ReadUntilAsync("0\r\n\r\n");
        await server.IdleAsync();
        Assert.Empty(server.Logs.Errors);
    }
}
