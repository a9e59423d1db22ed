using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Perch.AspNetCore.Tests.Support;

/// <summary>Keeps what is logged, of all categories and levels.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    internal IReadOnlyList<LogEntry> Entries => [.. _entries];

    internal IReadOnlyList<LogEntry> Errors => [.. _entries.Where(entry => entry.Level >= LogLevel.Error)];

    /// <summary>
    /// What a client must not be able to cause: anything above Debug. ASP.NET Core's own Information is left out: on each request, and
    /// where Kestrel notes that a connection was aborted or a body not read.
    /// </summary>
    internal IReadOnlyList<LogEntry> AboveDebug =>
        [.. _entries.Where(entry => entry.Level > LogLevel.Information || (entry.Level == LogLevel.Information && entry.Category.StartsWith("Perch", StringComparison.Ordinal)))];

    internal void Clear() => _entries.Clear();

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void Dispose() { }

    private sealed class Recorder(LogRecorder owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Kestrel's warning that the machine has paused is no test's.
            if (eventId.Name != "HeartbeatSlow")
            {
                owner._entries.Enqueue(new LogEntry(category, logLevel, eventId, formatter(state, exception), exception));
            }
        }
    }
}
