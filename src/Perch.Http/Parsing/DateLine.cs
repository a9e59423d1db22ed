using System.Globalization;
using System.Text;

namespace Perch.Http.Parsing;

/// <summary>
/// The Date line of responses (RFC 9110 6.6.1), shared by all connections. Its owner renews it once a second: a response that asked the
/// clock would pay more for that than for its whole head.
/// </summary>
internal sealed class DateLine
{
    /// <summary>The length of the line with its CR LF.</summary>
    internal const int Length = 37;

    private readonly TimeProvider _time;

    // One reference, replaced whole: a reader sees a line that belongs together.
    private volatile byte[] _bytes;

    internal DateLine(TimeProvider time)
    {
        _time = time;
        _bytes = Make(time);
    }

    /// <summary>The line, as <c>date: Fri, 21 Nov 2026 04:04:50 GMT</c> and CR LF.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Time has passed.</summary>
    internal void Renew() => _bytes = Make(_time);

    // RFC 9110 5.6.7: IMF-fixdate
    private static byte[] Make(TimeProvider time) =>
        Encoding.ASCII.GetBytes("date: " + time.GetUtcNow().ToString("r", CultureInfo.InvariantCulture) + "\r\n");
}
