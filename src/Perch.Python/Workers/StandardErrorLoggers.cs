using Microsoft.Extensions.Logging;

namespace Perch.Python.Workers;

/// <summary>The log of an app that nobody gave one: lines on standard error, Information and above.</summary>
internal sealed class StandardErrorLoggers : ILoggerFactory, ILogger
{
    internal static StandardErrorLoggers Instance { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("This log has standard error alone.");

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Console.Error.WriteLine(formatter(state, exception));
        }
    }

    public void Dispose() { }
}
