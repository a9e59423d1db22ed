using System.CommandLine;
using Perch.Python;
using Perch.Server;
using Perch.Server.Settings;

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
    internal static readonly Option<string> Python = new("--python");
    internal static readonly Option<string> Interface = new("--interface");
    internal static readonly Option<string> Loop = new("--loop");
    internal static readonly Option<string> Threads = new("--threads");

    internal static readonly ValueKind<PythonInterface> Interfaces = ValueKinds.Choice<PythonInterface>();
    internal static readonly ValueKind<PythonLoop> Loops = ValueKinds.Choice<PythonLoop>();
    internal static readonly ValueKind<int> ThreadCounts = ValueKinds.Integer("COUNT", "a number above 0");

    /// <summary>All of them, in the order of the help.</summary>
    internal static IReadOnlyList<CommandOption> All { get; } =
    [
        new(Factory, "", null, "The member is a function that makes the app."),
        new(AppDirectory, "DIR", "PERCH_APP_DIR", "Where the app's file is looked for, instead of the current directory."),
        new(EnvironmentFile, "FILE", null, "A file with NAME=value lines: variables of the environment, for the app and for settings. Those that are set already stay."),
        new(Configuration, "FILE", "PERCH_CONFIG", "A JSON file with settings."),
        new(Python, "PATH", "PERCH_PYTHON", "The interpreter of a Python app. If not given: that of VIRTUAL_ENV, of .venv, or python3 on the PATH."),
        new(Interface, Interfaces.Placeholder, "PERCH_INTERFACE", "How a Python app is called. [auto: by its signature]"),
        new(Loop, Loops.Placeholder, "PERCH_LOOP", "The event loop of a Python app. [auto: uvloop if it can be imported]"),
        new(Threads, ThreadCounts.Placeholder, "PERCH_THREADS", "The threads of each worker of a WSGI app. [10]"),
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

    /// <summary>The value of an option, or of its variable, as what it is.</summary>
    /// <exception cref="GatewaySettingsException">It is none.</exception>
    internal static void Apply<T>(ParseResult parsed, Option<string> option, ValueKind<T> kind, Action<T> apply)
    {
        if (ValueOf(parsed, option) is not { } text)
        {
            return;
        }

        try
        {
            apply(kind.Parse(text));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw new GatewaySettingsException($"{option.Name} takes {kind.Takes}, not '{text}'.");
        }
    }
}
