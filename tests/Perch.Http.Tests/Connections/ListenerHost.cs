using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch.Tests.Shared;

namespace Perch.Http.Tests.Connections;

/// <summary>A <see cref="GatewayListener"/> over the transport that Kestrel's services bring.</summary>
internal sealed class ListenerHost : IAsyncDisposable
{
    private readonly WebApplication _services;

    internal ListenerHost(GatewayApp app, Action<HttpGatewayOptions>? configure = null, LifespanMode lifespan = LifespanMode.Auto, IMeterFactory? meters = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestTransport();
        _services = builder.Build();
        Listener = new GatewayListener(app, _services.Services.GetServices<IConnectionListenerFactory>().Last(), configure, lifespan, Log, meters);
    }

    internal GatewayListener Listener { get; }

    internal LogSink Log { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await _services.DisposeAsync();
    }

    internal async Task<ListenerHost> StartAsync()
    {
        await Listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return this;
    }

    /// <summary>Waits until no connection is left.</summary>
    internal async Task GoneAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (Listener.ConnectionCount > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TcpHost.Patience, $"{Listener.ConnectionCount} connections are left.");
            await Task.Delay(5);
        }
    }

    internal async Task<Socket> ConnectAsync()
    {
        EndPoint endPoint = Listener.EndPoint;
        var socket = endPoint is IPEndPoint
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endPoint);
        return socket;
    }
}
