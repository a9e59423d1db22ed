using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Perch.Http.Tests.Connections;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogSink : ILoggerFactory, ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();

    /// <summary>What no client may cause.</summary>
    internal IReadOnlyList<string> AboveDebug => [.. _entries.Where(entry => entry.Level > LogLevel.Debug).Select(entry => $"{entry.Level}: {entry.Text}")];

    internal IReadOnlyList<string> All => [.. _entries.Select(entry => $"{entry.Level}: {entry.Text}")];

    /// <summary>The event whose logging throws; none unless it is set.</summary>
    internal string? Fails { get; set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, formatter(state, exception) + (exception is null ? "" : " | " + exception)));
        if (eventId.Name == Fails)
        {
            throw new InvalidOperationException("The log fails.");
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
