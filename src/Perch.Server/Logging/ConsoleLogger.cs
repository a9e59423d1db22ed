using Microsoft.Extensions.Logging;

namespace Perch.Server.Logging;

/// <summary>A line of the log: the level and the message, as uvicorn writes them; what was thrown below.</summary>
internal sealed class ConsoleLogger : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = $"{NameOf(logLevel) + ":",-9} {formatter(state, exception)}{Environment.NewLine}";
        Console.Error.Write(exception is null ? text : $"{text}{exception}{Environment.NewLine}");
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Critical => "CRITICAL",
        LogLevel.Error => "ERROR",
        LogLevel.Warning => "WARNING",
        LogLevel.Information => "INFO",
        LogLevel.Debug => "DEBUG",
        _ => "TRACE",
    };
}
