using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch.Tests.Shared;

namespace Perch.Python.Tests.Support;

/// <summary>A Python app on Kestrel, on a port of its own.</summary>
internal sealed class PythonServer : IAsyncDisposable
{
    private PythonServer(WebApplication web, PythonApp app, LogRecorder logs)
    {
        Web = web;
        App = app;
        Logs = logs;
    }

    internal WebApplication Web { get; }

    internal PythonApp App { get; }

    internal LogRecorder Logs { get; }

    internal HttpClient Client { get; private set; } = null!;

    internal int Port => new Uri(Web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <summary>Where the Python apps of the tests are.</summary>
    internal static string Apps { get; } = Path.Combine(AppContext.BaseDirectory, "PythonApps");

    internal static Task<PythonServer> StartAsync(Action<PythonAppOptions>? configure = null) => StartAsync("raw:app", configure);

    internal static async Task<PythonServer> StartAsync(string target, Action<PythonAppOptions>? configure = null, bool raw = false, LogLevel level = LogLevel.Debug, X509Certificate2? certificate = null, Func<GatewayApp, GatewayApp>? middleware = null)
    {
        PythonServer server = Create(target, configure, raw, level, certificate, middleware);
        try
        {
            await server.Web.StartAsync().Within("the host's start");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"),
            Timeout = Eventually.Limit,
        };
        return server;
    }

    internal static PythonServer Create(string target, Action<PythonAppOptions>? configure = null, bool raw = false, LogLevel level = LogLevel.Debug, X509Certificate2? certificate = null, Func<GatewayApp, GatewayApp>? middleware = null)
    {
        PythonApp app = PythonApp.Load(target, options =>
        {
            options.Python = PythonInterpreters.Any;
            options.AppDirectory = Apps;
            options.DrainTimeout = TimeSpan.FromSeconds(0.5);
            configure?.Invoke(options);
        });
        var logs = new LogRecorder();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(logs).SetMinimumLevel(level);
        builder.WebHost.UseKestrelCore().UseTestTransport().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }

            if (raw)
            {
                listen.UseGateway(middleware?.Invoke(app) ?? app);
            }
            else if (certificate is null)
            {
                listen.UsePriorKnowledgeHttp2();
            }
        }));
        builder.Services.AddRoutingCore();
        builder.Services.AddGateway();
        WebApplication web = builder.Build();
        web.MapGateway("/", middleware?.Invoke(app) ?? app);
        return new PythonServer(web, app, logs);
    }

    internal Task<string> GetAsync(string path) => Client.GetStringAsync(path).Within($"the answer to {path}");

    internal async Task<JsonElement> GetJsonAsync(string path) => JsonDocument.Parse(await GetAsync(path)).RootElement;

    /// <summary>What the app has noted under a name, once it has.</summary>
    internal async Task<string> SeenAsync(string name)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Eventually.Limit)
        {
            if ((await GetJsonAsync("/seen")).TryGetProperty(name, out JsonElement seen))
            {
                return seen.ToString();
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"The app has not noted '{name}'.");
    }

    internal async Task<ClientWebSocket> OpenWebSocketAsync(string path, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Port}{path}"), CancellationToken.None).Within("the WebSocket's handshake");
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await Web.StopAsync().Within("the host's stop");
        await Web.DisposeAsync();
        await App.DisposeAsync();
    }
}
