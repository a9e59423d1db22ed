using Conformance.App;
using Conformance.CommandLine;
using Conformance.Hosts;

const int Failed = 1;
const int WrongUsage = 2;

try
{
    ConformanceOptions options = CommandLineParser.Parse(args);
    await KestrelHost.RunAsync(options, new ConformanceApp().RunAsync);
    return 0;
}
catch (UsageException exception)
{
    await Console.Error.WriteLineAsync($"Conformance: {exception.Message}");
    await Console.Error.WriteLineAsync(CommandLineParser.Usage);
    return WrongUsage;
}
catch (IOException exception)
{
    // A port that is taken.
    await Console.Error.WriteLineAsync($"Conformance: {exception.Message}");
    return Failed;
}
