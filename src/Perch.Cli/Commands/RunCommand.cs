using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Perch.Cli.Apps;
using Perch.Server;
using Perch.Server.Settings;

namespace Perch.Cli.Commands;

/// <summary><c>perch run APP</c>.</summary>
internal sealed class RunCommand
{
    private static readonly Argument<string> App = new("APP");
    private static readonly Option<bool> Factory = new("--factory");
    private static readonly Option<string?> Config = new("--config");

    private readonly CommandLineSource _settings;

    private RunCommand(Command command) => _settings = new CommandLineSource(command);

    internal static Command Create()
    {
        var command = new Command("run", "Runs a gateway app.") { App, Factory, Config };
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
            GatewayApp app = await AppLocator.LoadAsync(target, parsed.GetValue(Factory));
            await using GatewayServer server = GatewayServer.Create(app, options, target);
            await server.RunAsync();
            return ExitCodes.Stopped;
        }
        catch (GatewaySettingsException exception)
        {
            return PerchCommand.Fail(ExitCodes.Usage, exception.Message);
        }
        catch (Exception exception) when (exception is AppNotLoadedException or GatewayServerStartException)
        {
            return Fail(ExitCodes.StartFailed, exception, options);
        }
        catch (LifespanFailedException exception)
        {
            return Fail(ExitCodes.ShutdownFailed, exception, options);
        }
    }

    private void Read(GatewayServerOptions options, ParseResult parsed)
    {
        ISettingSource commandLine = _settings.Of(parsed);
        var environment = new EnvironmentSource();
        string? file = parsed.GetValue(Config) ?? Environment.GetEnvironmentVariable("PERCH_CONFIG");
        if (string.IsNullOrEmpty(file))
        {
            SettingsReader.Apply(options, commandLine, environment);
        }
        else
        {
            SettingsReader.Apply(options, commandLine, environment, SettingsFile.Read(file));
        }
    }

    private static int Fail(int exitCode, Exception exception, GatewayServerOptions options) =>
        PerchCommand.Fail(exitCode, options.Logging.Level <= LogLevel.Debug ? exception.ToString() : exception.Message);
}
