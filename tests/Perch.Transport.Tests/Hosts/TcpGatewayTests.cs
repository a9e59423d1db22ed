using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Perch.Conformance;
using Perch.Transport.Tests.Support;

namespace Perch.Transport.Tests.Hosts;

/// <summary>Apps of raw connections over the transport, which closes one direction where sockets close both.</summary>
public sealed class TcpGatewayTests
{
    [FactOnLoops]
    public async Task Close_EndsBothDirectionsForTheApp()
    {
        var received = new TaskCompletionSource<GatewayEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication host = await StartAsync(async (_, receive, send) =>
        {
            await send(TcpClose.Instance);
            received.SetResult(await receive());
        });
        using Socket client = await DialAsync(host);
        Assert.IsType<TcpDisconnect>(await Wait.For(received.Task, "what receive() gives after tcp.close"));
        Assert.Empty(await client.ReceiveTextAsync(1));
    }

    [FactOnLoops]
    public async Task LastSend_LeavesTheOtherDirectionOpen()
    {
        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication host = await StartAsync(async (_, receive, send) =>
        {
            await send(new TcpSend("bye"u8.ToArray(), moreData: false));
            received.SetResult(await receive() is TcpReceive data ? System.Text.Encoding.ASCII.GetString(data.Data.Span) : "");
        });
        using Socket client = await DialAsync(host);
        Assert.Equal("bye", await client.ReceiveTextAsync(10));
        await client.SendAsync("more");
        Assert.Equal("more", await Wait.For(received.Task, "what came after the app's last send"));
    }

    private static async Task<WebApplication> StartAsync(GatewayApp app)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseEventLoopTransport();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, tcp => tcp.UseTcpGateway(app)));
        WebApplication host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<Socket> DialAsync(WebApplication host)
    {
        string address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, new Uri(address).Port);
        return client;
    }
}
