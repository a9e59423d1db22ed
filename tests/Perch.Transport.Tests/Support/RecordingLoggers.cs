using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Perch.Transport.Tests.Support;

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordingLoggers : ILoggerFactory, ILogger
{
    internal ConcurrentQueue<(string Event, string Message)> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((eventId.Name ?? "", formatter(state, exception)));

    internal int Count(string name) => Entries.Count(entry => entry.Event == name);
}
