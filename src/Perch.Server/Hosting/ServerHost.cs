using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Perch.Server.Binding;
using Perch.Server.Layers;
using Perch.Server.Logging;
using Perch.Server.Tls;

namespace Perch.Server.Hosting;

/// <summary>Makes the ASP.NET Core host that a server runs in: it has nothing but what the options say.</summary>
internal static class ServerHost
{
    internal static WebApplication Build(GatewayApp app, GatewayServerOptions options, RefusedRequests refused, ServerSockets sockets, TlsSetup? tls)
    {
        // Empty: no configuration file or environment variable of ASP.NET Core's has a say.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "perch" });
        AddLogging(builder.Logging, options.Logging);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());

        // How long a stop may take is decided where it is asked for.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        if (options.Http.Server == GatewayHttp.Bare)
        {
            // Kestrel's services for its socket transport and memory pool; the server is not Kestrel's.
            builder.WebHost.UseKestrelCore();
            builder.Services.RemoveAll<IServer>();
            builder.Services.AddSingleton<IServer>(services => new BareServer(
                app,
                options,
                refused,
                sockets,
                tls,
                services.GetRequiredService<IConnectionListenerFactory>(),
                services.GetRequiredService<ILoggerFactory>(),
                services.GetRequiredService<IMeterFactory>()));
        }
        else
        {
            var refusals = new KestrelRefusals(refused);
            builder.Services.AddSingleton(refusals);
            builder.WebHost.UseKestrel(kestrel => KestrelSetup.Configure(kestrel, app, options, refused, sockets, tls));
            builder.WebHost.UseGatewayServer(app, gateway =>
            {
                gateway.Lifespan = options.App.Lifespan;
                gateway.RootPath = options.Http.RootPath;
                gateway.WebSocketEngine = options.WebSocketEngine;
                gateway.OnRefused = refusals.OnHandshake;
                WebSocketSetup.Copy(options.WebSockets, gateway.WebSockets);
            });
        }

        ServerTransport.AddTo(builder.Services, options.Binding, sockets.Take);
        WebApplication host = builder.Build();
        host.Services.GetService<KestrelRefusals>()?.Subscribe(host.Services.GetRequiredService<DiagnosticListener>());
        return host;
    }

    internal static void AddLogging(ILoggingBuilder logging, GatewayServerLogging options)
    {
        logging.SetMinimumLevel(options.Level);
        logging.AddProvider(new ConsoleLoggerProvider(options.Colors ?? (!Console.IsErrorRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null)));

        // The start-up page has it.
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        if (options.Level > LogLevel.Debug)
        {
            // What they say of a start that fails, the server says in a line.
            logging.AddFilter("Microsoft", LogLevel.Warning);
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
            logging.AddFilter("Perch.AspNetCore.Lifespan", LogLevel.None);
        }

        if (options.ConfigFile is { } file)
        {
            logging.AddConfiguration(LogConfiguration.Read(file));
        }
    }
}
