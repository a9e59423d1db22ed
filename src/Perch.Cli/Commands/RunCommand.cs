using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Perch.Cli.Apps;
using Perch.Cli.Telemetry;
using Perch.Server;
using Perch.Server.Running;
using Perch.Server.Settings;
using Perch.Server.Workers;

namespace Perch.Cli.Commands;

/// <summary><c>perch run APP</c>.</summary>
internal sealed class RunCommand
{
    private static readonly Argument<string> App = new("APP");

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
            string target = parsed.GetValue(App)!;
            AppTarget named = AppTarget.Parse(target);
            IAppLoader loader = AppLocator.Find(named);
            if (!loader.HasOwnWorkers && SupervisedRun.IsWanted(options))
            {
                await SupervisedRun.RunAsync(options, target, CancellationToken.None);
                return ExitCodes.Stopped;
            }

            using OpenTelemetryExport telemetry = OpenTelemetryExport.Start();
            var load = new AppLoadOptions(parsed.GetValue(CommandOption.Factory), CommandOption.ValueOf(parsed, CommandOption.AppDirectory), options);
            await using LoadedApp app = await loader.LoadAsync(named, load);
            if (loader.HasOwnWorkers)
            {
                options.Processes.LeaveToTheApp();
            }

            using PosixSignalRegistration? reload = app.Reload is null ? null : ReloadOnHangup(app.Reload, options);
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

    /// <summary>SIGHUP means to a server of one process what it means to one of workers: the app's code is read again.</summary>
    private static PosixSignalRegistration ReloadOnHangup(Func<Task> reload, GatewayServerOptions options) => PosixSignalRegistration.Create(PosixSignal.SIGHUP, async signal =>
    {
        signal.Cancel = true;
        try
        {
            await reload();
        }
        catch (Exception exception)
        {
            _ = Fail(ExitCodes.StartFailed, exception, options);
        }
    });

    private static int Fail(int exitCode, Exception exception, GatewayServerOptions options) =>
        PerchCommand.Fail(exitCode, options.Logging.Level <= LogLevel.Debug ? exception.ToString() : exception.Message);
}
