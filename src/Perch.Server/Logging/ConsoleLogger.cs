using Microsoft.Extensions.Logging;

namespace Perch.Server.Logging;

/// <summary>A line of the log: the level and the message, as uvicorn writes them; what was thrown below.</summary>
internal sealed class ConsoleLogger(bool hasColors) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = $"{Color(logLevel, NameOf(logLevel) + ":")}{new string(' ', 10 - NameOf(logLevel).Length - 1)}{formatter(state, exception)}{Environment.NewLine}";
        Console.Error.Write(exception is null ? text : $"{text}{exception}{Environment.NewLine}");
    }

    /// <summary>ECMA-48's colors, those of uvicorn.</summary>
    private string Color(LogLevel level, string text) => !hasColors
        ? text
        : level switch
        {
            LogLevel.Critical => $"\e[91m{text}\e[0m",
            LogLevel.Error => $"\e[31m{text}\e[0m",
            LogLevel.Warning => $"\e[33m{text}\e[0m",
            LogLevel.Information => $"\e[32m{text}\e[0m",
            LogLevel.Debug => $"\e[36m{text}\e[0m",
            _ => $"\e[34m{text}\e[0m",
        };

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
