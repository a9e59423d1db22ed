using Microsoft.Extensions.Logging;
using Perch.Python;
using Perch.Server;
using Perch.Server.Hosting;

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
            python.Loggers = loggers;
        });
        return Task.FromResult(new LoadedApp(app, app.ReloadAsync, new Owner(app, loggers)));
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
