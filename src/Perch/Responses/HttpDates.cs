using System.Globalization;

namespace Perch;

/// <summary>RFC 9110 §5.6.7: dates in fields.</summary>
internal static class HttpDates
{
    // The one that is sent, and the two obsolete ones that a recipient must read.
    private static readonly string[] Formats = ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    internal static DateTimeOffset WholeSeconds(DateTime utc) => new(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    internal static string Format(DateTimeOffset date) => date.ToString("r", CultureInfo.InvariantCulture);

    /// <summary>The date, or null if the text is none: a condition with it is then ignored (RFC 9110 §13.1.3).</summary>
    internal static DateTimeOffset? Parse(string text) => DateTimeOffset.TryParseExact(
        text.Trim(), Formats, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out DateTimeOffset date)
        ? date
        : null;
}
