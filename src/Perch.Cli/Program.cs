using Perch.Cli.Commands;

return await PerchCommand.RunAsync(args);
