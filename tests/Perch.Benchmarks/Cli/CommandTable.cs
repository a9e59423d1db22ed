namespace Perch.Benchmarks.Cli;

/// <summary>Finds the command and turns what goes wrong into an exit code: 1 for a wrong answer, 2 for a wrong command line.</summary>
internal static class CommandTable
{
    internal static int Run(string[] args, IReadOnlyList<Command> commands)
    {
        if (args.Length == 0 || args[0] is "--help" or "-h")
        {
            PrintHelp(args.Length == 0 ? Console.Error : Console.Out, commands);
            return args.Length == 0 ? 2 : 0;
        }

        Command? command = commands.FirstOrDefault(command => command.Name == args[0]);
        try
        {
            return command is null
                ? throw new UsageException($"There is no command '{args[0]}'; it is one of {string.Join(", ", commands.Select(known => known.Name))}.")
                : command.Run(args.AsMemory(1));
        }
        catch (UsageException exception)
        {
            Console.Error.WriteLine($"{exception.Message} See --help.");
            return 2;
        }
        catch (BenchmarkException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static void PrintHelp(TextWriter output, IReadOnlyList<Command> commands)
    {
        output.WriteLine("usage: dotnet run -c Release --project tests/Perch.Benchmarks -- COMMAND [options]");
        output.WriteLine();
        foreach (Command command in commands)
        {
            output.WriteLine($"  {command.Name,-10} {command.Summary}");
        }

        output.WriteLine();
        output.WriteLine("COMMAND --help lists a command's options. docs/benchmarks.md tells how to read the tables.");
    }
}
