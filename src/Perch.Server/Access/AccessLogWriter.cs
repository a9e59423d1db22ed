using System.Text;
using System.Threading.Channels;

namespace Perch.Server.Access;

/// <summary>
/// Writes the access log to standard output, from a task of its own: no request waits for a terminal. When what reads it is too slow, lines
/// are dropped rather than kept without end, and their number is written.
/// </summary>
internal sealed class AccessLogWriter : IAsyncDisposable
{
    private const int Waiting = 16 * 1024;

    private readonly Channel<string> _lines;
    private readonly Action<AccessEntry, StringBuilder> _format;
    private readonly TextWriter _output;
    private readonly Task _writing;
    private long _dropped;

    [ThreadStatic]
    private static StringBuilder? _line;

    internal AccessLogWriter(string format, TextWriter output)
    {
        _format = AccessFormat.Of(format);
        _output = output;
        _lines = Channel.CreateBounded<string>(
            new BoundedChannelOptions(Waiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite },
            _ => Interlocked.Increment(ref _dropped));
        _writing = Task.Run(WriteAsync);
    }

    internal void Write(in AccessEntry entry)
    {
        StringBuilder text = _line ??= new StringBuilder(256);
        text.Clear();
        _format(entry, text);
        _lines.Writer.TryWrite(text.Append('\n').ToString());
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync()
    {
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (_lines.Reader.TryRead(out string? text))
            {
                await _output.WriteAsync(text);
            }

            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                await _output.WriteAsync($"({dropped} lines of the access log were dropped: nobody read them fast enough)\n");
            }

            await _output.FlushAsync();
        }
    }
}
