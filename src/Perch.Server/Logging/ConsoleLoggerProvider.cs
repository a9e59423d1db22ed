using Microsoft.Extensions.Logging;

namespace Perch.Server.Logging;

/// <summary>Writes the log to standard error, a line for each message.</summary>
internal sealed class ConsoleLoggerProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ConsoleLogger();

    public void Dispose() { }
}
