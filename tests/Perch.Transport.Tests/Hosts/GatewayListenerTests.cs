using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Perch.Conformance;
using Perch.Http;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Hosts;

/// <summary>Perch's bare listener over the transport: nothing of Kestrel's.</summary>
public sealed class GatewayListenerTests
{
    [FactOnLoops]
    public async Task HttpClient_IsServed()
    {
        await using GatewayListener listener = await StartAsync(async (_, receive, send) =>
        {
            byte[] body = await receive.ReadBodyAsync();
            await send(new HttpResponseStart(200, [("content-length", $"{body.Length}")]));
            await send(new HttpResponseBody(body));
        });
        using var client = new HttpClient();
        byte[] sent = new byte[700_000];
        new Random(1).NextBytes(sent);
        await Wait.For(
            Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
            {
                using var content = new ByteArrayContent(sent);
                using HttpResponseMessage response = await client.PostAsync(new Uri($"http://{listener.EndPoint}/"), content);
                Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync());
            })),
            "the answers");
    }

    /// <summary>RFC 9112 §9.6: the server closes its side first and reads on for a while; on this transport the client sees that at once.</summary>
    [FactOnLoops]
    public async Task RefusedRequest_EndsBeforeTheTimeForTheRestIsOver()
    {
        await using GatewayListener listener = await StartAsync((_, _, _) => Task.CompletedTask, new StoppedTime());
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.EndPoint);
        await client.SendAsync("nonsense\r\n\r\n");
        string answer = await Wait.For(client.ReceiveTextAsync(10_000), "the end of the answer");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
    }

    /// <summary>No time passes, and no timer fires.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => default;
        }
    }

    private static async Task<GatewayListener> StartAsync(GatewayApp app, TimeProvider? time = null)
    {
        var factory = new EventLoopTransportFactory(Options.Create(new EventLoopTransportOptions { LoopCount = 1 }), NullLoggerFactory.Instance);
        var listener = new GatewayListener(app, factory, lifespan: LifespanMode.Off, time: time);
        await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return listener;
    }
}
