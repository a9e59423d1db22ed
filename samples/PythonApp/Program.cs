using Conformance.CommandLine;
using Conformance.Hosts;
using Perch;
using Perch.Python;

const int Failed = 1;
const int WrongUsage = 2;

try
{
    ConformanceOptions options = CommandLineParser.Parse(args);

    // An unmodified Python app, as a gateway app for any host.
    await using PythonApp app = PythonApp.Load("conformance:app", python => python.AppDirectory = AppContext.BaseDirectory);
    await (options.Http == "bare" ? BareHost.RunAsync(options, app) : KestrelHost.RunAsync(options, app));
    return 0;
}
catch (UsageException exception)
{
    await Console.Error.WriteLineAsync($"PythonApp: {exception.Message}");
    await Console.Error.WriteLineAsync(CommandLineParser.Usage);
    return WrongUsage;
}
catch (Exception exception) when (exception is IOException or LifespanFailedException)
{
    // A port that is taken; an app that does not start.
    await Console.Error.WriteLineAsync($"PythonApp: {exception.Message}");
    return Failed;
}
