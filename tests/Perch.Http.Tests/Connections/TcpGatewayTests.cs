using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Perch.Http.Tests.Connections;

public sealed class TcpGatewayTests
{
    [Fact]
    public async Task BytesThatComeInGoOut()
    {
        await using TcpHost host = await TcpHost.StartAsync(Echo);
        using Socket client = await host.ConnectAsync();

        await client.SendAsync("abc"u8.ToArray());

        Assert.Equal("abc", await ReadAsync(client, 3));
    }

    [Fact]
    public async Task PeerThatShutsItsSideDown_StillGetsWhatTheAppSends()
    {
        await using TcpHost host = await TcpHost.StartAsync(async (_, receive, send) =>
        {
            int total = 0;
            while (await receive() is TcpReceive { MoreData: true } received)
            {
                total += received.Data.Length;
            }

            await send(new TcpSend(Encoding.ASCII.GetBytes($"{total} bytes")));
        });
        using Socket client = await host.ConnectAsync();

        await client.SendAsync(new byte[100_000]);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("100000 bytes", await ReadToEndAsync(client));
    }

    [Fact]
    public async Task AfterTheEndOfThePeersData_ReceiveGivesDisconnect()
    {
        var seen = new TaskCompletionSource<string>();
        await using TcpHost host = await TcpHost.StartAsync(async (_, receive, _) =>
        {
            var first = (TcpReceive)await receive();
            bool moreData = first.MoreData;
            seen.TrySetResult($"{moreData} {(await receive()).Type} {(await receive()).Type}");
        });
        using Socket client = await host.ConnectAsync();

        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("False tcp.disconnect tcp.disconnect", await seen.Task.Within("the app's events"));
    }

    [Fact]
    public async Task AppThatReturns_HasItsLastBytesDeliveredBeforeTheEnd()
    {
        await using TcpHost host = await TcpHost.StartAsync(async (_, _, send) => await send(new TcpSend(new byte[1_000_000])));
        using Socket client = await host.ConnectAsync();

        Assert.Equal(1_000_000, (await ReadToEndAsync(client)).Length);
    }

    [Fact]
    public async Task Close_EndsTheConnection_AndFurtherSendsAreRefused()
    {
        var refused = new TaskCompletionSource<Exception>();
        await using TcpHost host = await TcpHost.StartAsync(async (_, _, send) =>
        {
            await send(new TcpSend("bye"u8.ToArray()));
            await send(TcpClose.Instance);
            refused.TrySetResult(await Record.ExceptionAsync(async () => await send(new TcpSend("more"u8.ToArray()))) ?? new InvalidOperationException("nothing"));
        });
        using Socket client = await host.ConnectAsync();

        Assert.Equal("bye", await ReadToEndAsync(client));
        Assert.IsType<GatewayProtocolException>(await refused.Task.Within("the refused send"));
    }

    [Fact]
    public async Task AppThatThrows_HasTheConnectionAborted_AndIsLoggedOnce()
    {
        await using TcpHost host = await TcpHost.StartAsync(async (_, receive, _) =>
        {
            // Not before the client knows that it is connected.
            await receive();
            throw new InvalidOperationException("app bug");
        });
        using Socket client = await host.ConnectAsync();
        await client.SendAsync("x"u8.ToArray());

        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            if (await client.ReceiveAsync(new byte[1]).WaitAsync(TcpHost.Patience) == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }
        });
        Assert.Single(host.Errors);
        Assert.Contains("app bug", host.Errors.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PeerThatResets_IsADisconnect_AndSendThrows_AndNothingIsLogged()
    {
        var seen = new TaskCompletionSource<Exception?>();
        await using TcpHost host = await TcpHost.StartAsync(async (scope, receive, send) =>
        {
            await receive();
            while (await receive() is TcpReceive)
            {
            }

            Exception? thrown = await Record.ExceptionAsync(async () => await send(new TcpSend("x"u8.ToArray())));
            seen.TrySetResult(thrown);
            if (thrown is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
            }
        });
        Socket client = await host.ConnectAsync();
        await client.SendAsync("x"u8.ToArray());

        client.LingerState = new LingerOption(true, 0);
        client.Dispose();

        Assert.IsType<ClientDisconnectedException>(await seen.Task.Within("the app's exception"));
        await host.DisposeAsync();
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task MessageOfAnotherScope_IsRefused()
    {
        var refused = new TaskCompletionSource<Exception?>();
        await using TcpHost host = await TcpHost.StartAsync(async (_, _, send) =>
            refused.TrySetResult(await Record.ExceptionAsync(async () => await send(new HttpResponseStart(200)))));
        using Socket client = await host.ConnectAsync();

        Exception? exception = await refused.Task.Within("the refused send");
        Assert.Equal("http.response.start is not a message that an app sends in the tcp scope.", Assert.IsType<GatewayProtocolException>(exception).Message);
    }

    [Fact]
    public async Task PeerThatDoesNotRead_MakesSendWait()
    {
        var sent = new TaskCompletionSource<bool>();
        var released = new TaskCompletionSource();
        await using TcpHost host = await TcpHost.StartAsync(async (_, _, send) =>
        {
            byte[] chunk = new byte[1 << 20];
            for (int i = 0; i < 64; i++)
            {
                Task sending = send(new TcpSend(chunk)).AsTask();
                if (!sending.IsCompleted)
                {
                    sent.TrySetResult(true);
                    await released.Task;
                }

                await sending;
            }

            sent.TrySetResult(false);
        });
        using Socket client = await host.ConnectAsync();

        Assert.True(await sent.Task.Within("a send that waits"), "64 MiB went to a peer that read nothing");
        released.SetResult();
        Assert.Equal(64 << 20, await CountToEndAsync(client));
    }

    [Fact]
    public async Task ScopeKnowsBothEnds()
    {
        var addresses = new TaskCompletionSource<string>();
        await using TcpHost host = await TcpHost.StartAsync((scope, _, _) =>
        {
            var tcp = (TcpScope)scope;
            addresses.TrySetResult($"{tcp.Client} {tcp.Server} {tcp.Tls is null}");
            return Task.CompletedTask;
        });
        using Socket client = await host.ConnectAsync();

        Assert.Equal($"{client.LocalEndPoint} {client.RemoteEndPoint} True", await addresses.Task.Within("the scope"));
    }

    private static async Task Echo(Scope scope, Receive receive, Send send)
    {
        while (await receive() is TcpReceive { MoreData: true } received)
        {
            await send(new TcpSend(received.Data));
        }
    }

    private static async Task<string> ReadAsync(Socket client, int count)
    {
        byte[] buffer = new byte[count];
        for (int read = 0; read < count;)
        {
            read += await client.ReceiveAsync(buffer.AsMemory(read)).AsTask().Within($"{count} bytes");
        }

        return Encoding.ASCII.GetString(buffer);
    }

    private static async Task<string> ReadToEndAsync(Socket client)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[65536];
        while (await client.ReceiveAsync(buffer.AsMemory()).AsTask().Within("the end of the connection") is > 0 and int read)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static async Task<long> CountToEndAsync(Socket client)
    {
        byte[] buffer = new byte[1 << 20];
        long total = 0;
        while (await client.ReceiveAsync(buffer.AsMemory()).AsTask().Within("more bytes") is > 0 and int read)
        {
            total += read;
        }

        return total;
    }
}
