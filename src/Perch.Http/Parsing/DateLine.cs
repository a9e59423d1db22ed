using System.Globalization;
using System.Text;

namespace Perch.Http.Parsing;

/// <summary>The Date line of responses (RFC 9110 6.6.1), made once a second and shared by all connections.</summary>
internal sealed class DateLine(TimeProvider time)
{
    /// <summary>The length of the line with its CR LF.</summary>
    internal const int Length = 37;

    private sealed record Line(long Second, byte[] Bytes);

    // One reference, replaced whole: a reader sees a line that belongs together, whichever thread made it.
    private volatile Line? _current;

    /// <summary>The line, as <c>date: Fri, 21 Nov 2026 04:04:50 GMT</c> and CR LF.</summary>
    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            var now = time.GetUtcNow();
            var second = now.ToUnixTimeSeconds();
            var current = _current;
            return current is not null && current.Second == second ? current.Bytes : Make(now, second);
        }
    }

    private byte[] Make(DateTimeOffset now, long second)
    {
        // RFC 9110 5.6.7: IMF-fixdate
        var bytes = Encoding.ASCII.GetBytes("date: " + now.ToString("r", CultureInfo.InvariantCulture) + "\r\n");
        _current = new Line(second, bytes);
        return bytes;
    }
}
