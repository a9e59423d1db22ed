using System.CommandLine;

namespace Perch.Cli.Commands;

/// <summary>The command <c>perch</c>.</summary>
internal static class PerchCommand
{
    internal static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Runs gateway apps.");
        root.Subcommands.Add(RunCommand.Create());
        HelpText.Use(root);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return Fail(ExitCodes.Usage, UsageText.Of(parsed));
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,

            // Signals are the server's.
            ProcessTerminationTimeout = null,
        });
    }

    /// <summary>Ends with one line.</summary>
    internal static int Fail(int exitCode, string message)
    {
        Console.Error.WriteLine($"perch: {message}");
        return exitCode;
    }
}
