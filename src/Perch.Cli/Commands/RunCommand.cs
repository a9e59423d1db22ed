using System.CommandLine;
using Microsoft.Extensions.Logging;
using Perch.Cli.Apps;
using Perch.Cli.Telemetry;
using Perch.Server;
using Perch.Server.Reloading;
using Perch.Server.Running;
using Perch.Server.Settings;
using Perch.Server.Workers;

namespace Perch.Cli.Commands;

/// <summary><c>perch run APP</c>.</summary>
internal sealed class RunCommand
{
    private static readonly Argument<string> App = new("APP")
    {
        Validators =
        {
            // An option that is none, and nothing else.
            static app =>
            {
                if (app.Tokens is [{ Value: ['-', ..] } option])
                {
                    app.AddError(option.Value);
                }
            },
        },
    };

    private readonly CommandLineSource _settings;

    private RunCommand(Command command) => _settings = new CommandLineSource(command);

    internal static Command Create()
    {
        var command = new Command("run", "Runs a gateway app.") { App };
        foreach (CommandOption option in CommandOption.All)
        {
            command.Options.Add(option.Option);
        }

        var run = new RunCommand(command);
        command.SetAction((parsed, _) => run.RunAsync(parsed));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var options = new GatewayServerOptions();
        try
        {
            Read(options, parsed);
            ServerSettings.Check(options);
            string target = parsed.GetValue(App)!;
            AppTarget named = AppTarget.Parse(target);
            IAppLoader loader = AppLocator.Find(named);
            var load = new AppLoadOptions(parsed.GetValue(CommandOption.Factory), AppDirectory(parsed), PythonSettings.Read(parsed, loader, target), options);
            bool isSupervised = !loader.HasOwnWorkers && SupervisedRun.IsWanted(options);

            // A project is built once for all workers, and not by each of them.
            IReloadableApp? reloadable = WorkerChannel.Current is null && (options.Reload.IsOn || (isSupervised && loader is ProjectAppLoader))
                ? loader.Reloadable(named, load) : null;
            if (reloadable is not null || isSupervised)
            {
                await SupervisedRun.RunAsync(options, target, reloadable, CancellationToken.None);
                return ExitCodes.Stopped;
            }

            using OpenTelemetryExport telemetry = OpenTelemetryExport.Start();
            if (WorkerChannel.Current?.Generation is { } generation)
            {
                (loader, named) = (new AssemblyAppLoader(), named with { File = generation.Assembly });
            }

            await using LoadedApp app = await loader.LoadAsync(named, load);
            if (loader.HasOwnWorkers)
            {
                // They are what is meant, and this process none of them.
                options.Processes.LeaveToTheApp();
                options.Limits.MaxRequests = null;
                options.Limits.MaxRequestsJitter = 0;

                // To it, the host's lifespan is the start and the end of its processes, whatever these do for the app.
                options.App.Lifespan = LifespanMode.On;
            }

            if (app.Reload is { } reload)
            {
                await new ReloadedRun(app.App, reload, options, target).RunAsync();
                return ExitCodes.Stopped;
            }

            await using GatewayServer server = GatewayServer.Create(app.App, options, target);
            await server.RunAsync();
            return ExitCodes.Stopped;
        }
        catch (GatewaySettingsException exception)
        {
            return PerchCommand.Fail(ExitCodes.Usage, exception.Message);
        }
        catch (Exception exception) when (exception is AppNotLoadedException or GatewayServerStartException)
        {
            if (WorkerChannel.Current is { } worker)
            {
                // One line for all of them, which is the supervisor's to write; what goes wrong later the server has told it.
                if (exception is AppNotLoadedException)
                {
                    worker.SayFailed(exception.Message);
                }

                return ExitCodes.StartFailed;
            }

            return Fail(ExitCodes.StartFailed, exception, options);
        }
        catch (LifespanFailedException exception)
        {
            return Fail(ExitCodes.ShutdownFailed, exception, options);
        }
        finally
        {
            WorkerChannel.Current?.End();
        }
    }

    private void Read(GatewayServerOptions options, ParseResult parsed)
    {
        if (CommandOption.ValueOf(parsed, CommandOption.EnvironmentFile) is { } variables)
        {
            EnvironmentFile.Apply(variables);
        }

        ISettingSource commandLine = _settings.Of(parsed);
        var environment = new EnvironmentSource();
        if (CommandOption.ValueOf(parsed, CommandOption.Configuration) is { } file)
        {
            SettingsReader.Apply(options, commandLine, environment, SettingsFile.Read(file));
        }
        else
        {
            SettingsReader.Apply(options, commandLine, environment);
        }
    }

    /// <summary>A folder that is not there would leave Python to look elsewhere, and run another app.</summary>
    private static string? AppDirectory(ParseResult parsed) =>
        CommandOption.ValueOf(parsed, CommandOption.AppDirectory) is var folder && (folder is null || Directory.Exists(folder))
            ? folder
            : throw new GatewaySettingsException($"{CommandOption.AppDirectory.Name} takes a folder that is there, not '{folder}'.");

    private static int Fail(int exitCode, Exception exception, GatewayServerOptions options) =>
        PerchCommand.Fail(exitCode, options.Logging.Level <= LogLevel.Debug ? exception.ToString() : exception.Message);
}
