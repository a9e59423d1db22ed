namespace Perch;

/// <summary>What is answered to a request for a file: a status, and which of its bytes.</summary>
internal readonly record struct FileAnswer(int Status, long Offset, long Count)
{
    /// <summary>RFC 9110 §13.2.2: the conditions, in their order of precedence, then the range.</summary>
    internal static FileAnswer To(HttpScope scope, FileValidators validators, long length)
    {
        // What a condition or a range means for other methods is the app's to say (§13.2.1, §14.2).
        if (scope.Method is not ("GET" or "HEAD"))
        {
            return new(200, 0, length);
        }

        HeaderList headers = scope.Headers;
        if (FailsMatch(headers, validators))
        {
            return new(412, 0, 0);
        }

        if (IsUnchanged(headers, validators))
        {
            return new(304, 0, 0);
        }

        if (scope.Method == "GET" && headers.GetValues("range") is [var range] && RangeApplies(headers, validators)
            && RangeField.Read(range, length, out long offset, out long count) is { } satisfiable)
        {
            return satisfiable ? new(206, offset, count) : new(416, 0, 0);
        }

        return new(200, 0, length);
    }

    private static bool FailsMatch(HeaderList headers, FileValidators validators)
    {
        if (Join(headers, "if-match") is { } tags)
        {
            return !EntityTags.Matches(tags, validators.ETag, weak: false);
        }

        return headers.GetValue("if-unmodified-since") is { } date && HttpDates.Parse(date) is { } since && validators.LastModified > since;
    }

    private static bool IsUnchanged(HeaderList headers, FileValidators validators)
    {
        if (Join(headers, "if-none-match") is { } tags)
        {
            return EntityTags.Matches(tags, validators.ETag, weak: true);
        }

        return headers.GetValue("if-modified-since") is { } date && HttpDates.Parse(date) is { } since && validators.LastModified <= since;
    }

    /// <summary>§13.1.5: the range counts only if the client's part is of the same bytes, beyond doubt.</summary>
    private static bool RangeApplies(HeaderList headers, FileValidators validators)
    {
        if (headers.GetValue("if-range") is not { } condition)
        {
            return true;
        }

        string validator = condition.Trim();
        return validator.Contains('"', StringComparison.Ordinal)
            ? EntityTags.StrongEquals(validator, validators.ETag)
            : validators.DateIsStrong && HttpDates.Parse(validator) is { } date && date == validators.LastModified;
    }

    // RFC 9110 §5.3: the lines of a list are one list.
    private static string? Join(HeaderList headers, string name) => headers.GetValues(name) is { Count: > 0 } values ? string.Join(", ", values) : null;
}
