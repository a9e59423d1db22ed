using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch.Tests.Shared;

namespace Perch.AspNetCore.Tests.Support;

/// <summary>A host with Kestrel on a port of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly Lazy<HttpClient> _client;
    private readonly Lazy<HttpClient> _http2;

    private TestServer(WebApplication web, LogRecorder logs)
    {
        Web = web;
        Logs = logs;
        _client = new(() => CreateClient(HttpVersion.Version11));
        _http2 = new(() => CreateClient(HttpVersion.Version20));
    }

    internal WebApplication Web { get; }

    internal LogRecorder Logs { get; }

    internal GatewayHost Host => Web.Services.GetRequiredService<GatewayHost>();

    internal string FirstAddress => Web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    internal int Port => new Uri(FirstAddress).Port;

    internal HttpClient Client => _client.Value;

    internal HttpClient Http2 => _http2.Value;

    /// <summary>One app as the end of the pipeline.</summary>
    internal static Task<TestServer> StartAsync(GatewayApp app, TestServerOptions? options = null) => StartAsync(web => web.UseGateway(app), options);

    internal static async Task<TestServer> StartAsync(Action<WebApplication> pipeline, TestServerOptions? options = null)
    {
        TestServer server = Create(pipeline, options);
        await server.Web.StartAsync().For("the host's start");
        server.Logs.Clear();
        return server;
    }

    internal static TestServer Create(Action<WebApplication> pipeline, TestServerOptions? options = null)
    {
        options ??= new();
        var logs = new LogRecorder();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = options.Environment, Args = options.Arguments });

        // The settings of the sample that is tested here as well lie beside the tests.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddGateway(options.Gateway);
        builder.WebHost.UseTestTransport().ConfigureKestrel(kestrel =>
        {
            options.Kestrel?.Invoke(kestrel);
            if (options.Endpoints is { } endpoints)
            {
                endpoints(kestrel);
            }
            else
            {
                kestrel.Listen(IPAddress.Loopback, 0, options.Listen ?? (http => http.UsePriorKnowledgeHttp2()));
            }
        });
        options.Builder?.Invoke(builder);
        WebApplication web = builder.Build();
        pipeline(web);
        return new TestServer(web, logs);
    }

    internal Uri Url(string path, string scheme = "http") => new($"{scheme}://127.0.0.1:{Port}{path}");

    internal Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(Port);

    internal async Task<ClientWebSocket> OpenWebSocketAsync(string path = "/", Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(Url(path, "ws"), CancellationToken.None).For("the WebSocket's handshake");
        return socket;
    }

    internal HttpClient CreateClient(Version version) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Waiting.Long })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{Port}"),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Waiting.Long,
    };

    /// <summary>Nothing of a request is left.</summary>
    internal Task IdleAsync() => Waiting.Until(() => Host.Running == 0, $"the end of {Host.Running} requests");

    public async ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }

        if (_http2.IsValueCreated)
        {
            _http2.Value.Dispose();
        }

        await Web.DisposeAsync();
    }
}
