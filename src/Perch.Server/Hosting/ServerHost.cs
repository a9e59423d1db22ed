using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Perch.Server.Binding;
using Perch.Server.Logging;

namespace Perch.Server.Hosting;

/// <summary>Makes the ASP.NET Core host that a server runs in: it has nothing but what the options say.</summary>
internal static class ServerHost
{
    internal static WebApplication Build(GatewayApp app, GatewayServerOptions options, ServerSockets sockets)
    {
        // Empty: no configuration file or environment variable of ASP.NET Core's has a say.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "perch" });
        AddLogging(builder.Logging, options.Logging);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());

        // How long a stop may take is decided where it is asked for.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = sockets.Take);
        if (options.Http.Server == GatewayHttp.Bare)
        {
            // Kestrel's services for its socket transport and memory pool; the server is not Kestrel's.
            builder.WebHost.UseKestrelCore();
            builder.Services.RemoveAll<IServer>();
            builder.Services.AddSingleton<IServer>(services => ActivatorUtilities.CreateInstance<BareServer>(services, app, options, sockets));
        }
        else
        {
            builder.WebHost.UseKestrel(kestrel => KestrelSetup.Configure(kestrel, app, options, sockets));
            builder.WebHost.UseGatewayServer(app, gateway =>
            {
                gateway.Lifespan = options.App.Lifespan;
                gateway.RootPath = options.Http.RootPath;
            });
        }

        return builder.Build();
    }

    private static void AddLogging(ILoggingBuilder logging, GatewayServerLogging options)
    {
        logging.SetMinimumLevel(options.Level);
        logging.AddProvider(new ConsoleLoggerProvider());
        if (options.Level > LogLevel.Debug)
        {
            // What they say of a start that fails, the server says in a line.
            logging.AddFilter("Microsoft", LogLevel.Warning);
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
            logging.AddFilter("Perch.AspNetCore.Lifespan", LogLevel.None);
        }
    }
}
