using System.Net;
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

    private static async Task<GatewayListener> StartAsync(GatewayApp app)
    {
        var factory = new EventLoopTransportFactory(Options.Create(new EventLoopTransportOptions { LoopCount = 1 }), NullLoggerFactory.Instance);
        var listener = new GatewayListener(app, factory, lifespan: LifespanMode.Off);
        await listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return listener;
    }
}
