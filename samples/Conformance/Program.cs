using Conformance.App;
using Conformance.CommandLine;
using Conformance.Hosts;
using Perch;

const int Failed = 1;
const int WrongUsage = 2;

try
{
    ConformanceOptions options = CommandLineParser.Parse(args);
    GatewayApp app = new ConformanceApp().RunAsync;
    await (options.Http == "bare" ? BareHost.RunAsync(options, app) : KestrelHost.RunAsync(options, app));
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
