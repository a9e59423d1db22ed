using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch.Tests.Shared;

namespace Perch.Http.Tests.Connections;

/// <summary>Kestrel with one endpoint that is a TCP gateway app.</summary>
internal sealed class TcpHost : IAsyncDisposable, ILoggerProvider
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _errors = new();
    private WebApplication? _host;

    /// <summary>All that was logged above Debug by Perch, or as an error by anyone.</summary>
    internal IReadOnlyCollection<string> Errors => _errors;

    internal static async Task<TcpHost> StartAsync(GatewayApp app)
    {
        var host = new TcpHost();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(host).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseTestTransport().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, tcp => tcp.UseTcpGateway(app)));
        host._host = builder.Build();
        await host._host.StartAsync();
        return host;
    }

    internal async Task<Socket> ConnectAsync()
    {
        string address = _host!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(address).Port);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is { } host)
        {
            _host = null;
            await host.StopAsync();
            await host.DisposeAsync();
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    void IDisposable.Dispose()
    {
    }

    private sealed class Logger(TcpHost host, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error || (logLevel > LogLevel.Debug && category.StartsWith("Perch", StringComparison.Ordinal)))
            {
                host._errors.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception?.Message}");
            }
        }
    }
}
