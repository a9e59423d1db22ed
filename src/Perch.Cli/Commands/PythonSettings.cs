using System.CommandLine;
using Perch.Cli.Apps;
using Perch.Python;
using Perch.Server;

namespace Perch.Cli.Commands;

/// <summary>The options of the command that are for Python apps alone.</summary>
internal static class PythonSettings
{
    private static readonly Option<string>[] Options = [CommandOption.Python, CommandOption.Interface, CommandOption.Loop, CommandOption.Threads];

    /// <summary>Reads them.</summary>
    /// <returns>What sets them.</returns>
    /// <exception cref="GatewaySettingsException">A value is wrong, or one is given and the app is not of Python.</exception>
    internal static Action<PythonAppOptions> Read(ParseResult parsed, IAppLoader loader, string target)
    {
        if (loader is not PythonAppLoader && Array.Find(Options, option => parsed.GetValue(option) is not null) is { } option)
        {
            throw new GatewaySettingsException($"{option.Name} is for Python apps, and '{target}' is none.");
        }

        // Now, and not when the app is loaded: a wrong value is a wrong command line.
        var options = new PythonAppOptions();
        Apply(options);
        return Apply;

        void Apply(PythonAppOptions python)
        {
            python.Python = CommandOption.ValueOf(parsed, CommandOption.Python);
            CommandOption.Apply(parsed, CommandOption.Interface, CommandOption.Interfaces, value => python.Interface = value);
            CommandOption.Apply(parsed, CommandOption.Loop, CommandOption.Loops, value => python.Loop = value);
            CommandOption.Apply(parsed, CommandOption.Threads, CommandOption.ThreadCounts, value => python.Threads = value);
        }
    }
}
