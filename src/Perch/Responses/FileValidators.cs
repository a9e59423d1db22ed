namespace Perch;

/// <summary>What a client can hold against the file's present state: RFC 9110 §8.8.</summary>
/// <param name="ETag">The entity tag, as the field has it.</param>
/// <param name="LastModified">The date, in whole seconds; null if the app gave one that is none.</param>
/// <param name="DateIsStrong">Whether the date tells two states apart: §8.8.2.2.</param>
internal sealed record FileValidators(string ETag, DateTimeOffset? LastModified, bool DateIsStrong)
{
    internal static FileValidators Of(FileSource file, HeaderList? headers, DateTimeOffset now)
    {
        string tag = headers?.GetValue("etag") ?? $"\"{file.LastWrite.Ticks:x}-{file.Length:x}\"";
        DateTimeOffset? modified = headers?.GetValue("last-modified") is { } given ? HttpDates.Parse(given) : HttpDates.WholeSeconds(file.LastWrite);

        // §8.8.2.1: never later than the response's own date.
        DateTimeOffset clock = HttpDates.WholeSeconds(now.UtcDateTime);
        if (modified > clock)
        {
            modified = clock;
        }

        // §8.8.2.2: within one second the file could have been written twice.
        return new FileValidators(tag, modified, modified < clock);
    }
}
