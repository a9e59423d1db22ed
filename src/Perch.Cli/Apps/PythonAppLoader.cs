using Microsoft.Extensions.Logging;
using Perch.Python;
using Perch.Python.Workers;
using Perch.Server;
using Perch.Server.Binding;
using Perch.Server.Hosting;
using Perch.Server.Reloading;

namespace Perch.Cli.Apps;

/// <summary><c>main:app</c>: a Python app, in worker processes of its own kind.</summary>
internal sealed class PythonAppLoader : IAppLoader
{
    /// <summary>Its workers are Python's: this process serves their requests, and <c>--workers</c> is how many of them there are.</summary>
    public bool HasOwnWorkers => true;

    public bool Takes(AppTarget target) => !target.File.Contains('/', StringComparison.Ordinal)
        && target.File.Split('.').All(static part => part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(static letter => char.IsLetterOrDigit(letter) || letter == '_'));

    public Task<LoadedApp> LoadAsync(AppTarget target, AppLoadOptions options)
    {
        GatewayServerOptions server = options.Server;
        if (ServerTransport.Of(server.Binding) == GatewayTransport.Epoll)
        {
            server.Binding.EventLoops ??= HostLoops.Beside(server.Processes.Workers, Environment.ProcessorCount);
        }

        ILoggerFactory loggers = LoggerFactory.Create(logging => ServerHost.AddLogging(logging, server.Logging));
        PythonApp app = PythonApp.Load($"{target.File}:{target.Member}", python =>
        {
            options.Python(python);
            python.Factory = options.IsFactory;
            python.AppDirectory = options.Directory;
            python.Lifespan = server.App.Lifespan;
            python.Workers = server.Processes.Workers;
            python.HealthTimeout = server.Processes.HealthCheckTimeout;
            python.WorkersMaxRss = server.Processes.MaxResidentSize;
            python.LimitMaxRequests = server.Limits.MaxRequests;
            python.LimitMaxRequestsJitter = server.Limits.MaxRequestsJitter;
            python.Loggers = loggers;
        });
        var reload = new AppReload(cancellation => TryReloadAsync(app, cancellation), new WatchedFiles([options.Directory ?? "."], ["*.py"], ["__pycache__"]));
        return Task.FromResult(new LoadedApp(app, reload, new Owner(app, loggers)));
    }

    /// <summary>Its workers are replaced in the process that serves.</summary>
    public IReloadableApp? Reloadable(AppTarget target, AppLoadOptions options) => null;

    private static async Task<string?> TryReloadAsync(PythonApp app, CancellationToken cancellation)
    {
        try
        {
            await app.ReloadAsync(cancellation);
            return null;
        }
        catch (PythonAppException exception)
        {
            // All of it has been logged.
            return exception.Message.Split('\n')[0].TrimEnd();
        }
    }

    private sealed class Owner(PythonApp app, ILoggerFactory loggers) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            loggers.Dispose();
        }
    }
}
