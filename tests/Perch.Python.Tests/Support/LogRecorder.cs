using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Perch.Python.Tests.Support;

/// <summary>Keeps what is logged, as "LEVEL text" with the exception.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _entries = new();

    internal IReadOnlyList<string> Entries => [.. _entries];

    internal IReadOnlyList<string> Errors => [.. _entries.Where(entry => entry.StartsWith("Error", StringComparison.Ordinal) || entry.StartsWith("Critical", StringComparison.Ordinal))];

    internal Task Contains(string text) => Eventually.True(
        () => Entries.Any(entry => entry.Contains(text, StringComparison.Ordinal)),
        () => $"a log entry with '{text}'; there are:\n{string.Join('\n', Entries)}");

    internal int Count(string text) => Entries.Count(entry => entry.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void Dispose() { }

    private sealed class Recorder(LogRecorder owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner._entries.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
