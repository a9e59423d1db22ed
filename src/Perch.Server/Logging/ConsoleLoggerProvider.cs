using Microsoft.Extensions.Logging;

namespace Perch.Server.Logging;

/// <summary>Writes the log to standard error, a line for each message.</summary>
internal sealed class ConsoleLoggerProvider(bool hasColors) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ConsoleLogger(hasColors);

    public void Dispose() { }
}
