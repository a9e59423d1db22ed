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
        ParseResult parsed = root.Parse(IsRunInShort(arguments) ? ["run", .. arguments] : arguments);
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

    /// <summary>Whether <c>run</c> was left out: an app comes first, or one of its options, or nothing that <c>run</c> does not miss as well.</summary>
    private static bool IsRunInShort(string[] arguments) =>
        arguments is not [var first, ..]
        || (first.StartsWith("--", StringComparison.Ordinal) ? first is not ("--help" or "--version") : first.Contains(':', StringComparison.Ordinal));

    /// <summary>Ends with one line.</summary>
    internal static int Fail(int exitCode, string message)
    {
        Console.Error.WriteLine($"perch: {message}");
        return exitCode;
    }
}
