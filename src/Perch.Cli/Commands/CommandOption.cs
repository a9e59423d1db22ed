using System.CommandLine;

namespace Perch.Cli.Commands;

/// <summary>An option of the command that is no setting of the server: how the app is found, and where settings are.</summary>
/// <param name="Option">It.</param>
/// <param name="Placeholder">What stands for its value in the help; empty for a flag.</param>
/// <param name="Variable">Its variable of the environment; null if it has none.</param>
/// <param name="Description">What it does.</param>
internal sealed record CommandOption(Option Option, string Placeholder, string? Variable, string Description)
{
    internal static readonly Option<bool> Factory = new("--factory");
    internal static readonly Option<string> AppDirectory = new("--app-dir");
    internal static readonly Option<string> EnvironmentFile = new("--env-file");
    internal static readonly Option<string> Configuration = new("--config");

    /// <summary>All of them, in the order of the help.</summary>
    internal static IReadOnlyList<CommandOption> All { get; } =
    [
        new(Factory, "", null, "The member is a function that makes the app."),
        new(AppDirectory, "DIR", "PERCH_APP_DIR", "Where the app's file is looked for, instead of the current directory."),
        new(EnvironmentFile, "FILE", null, "A file with NAME=value lines: variables of the environment, for the app and for settings. Those that are set already stay."),
        new(Configuration, "FILE", "PERCH_CONFIG", "A JSON file with settings."),
    ];

    /// <summary>The value of an option, or of its variable.</summary>
    internal static string? ValueOf(ParseResult parsed, Option<string> option)
    {
        string? value = parsed.GetValue(option);
        if (value is null && All.First(one => one.Option == option).Variable is { } variable)
        {
            value = Environment.GetEnvironmentVariable(variable);
        }

        return string.IsNullOrEmpty(value) ? null : value;
    }
}
