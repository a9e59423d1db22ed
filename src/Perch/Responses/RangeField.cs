namespace Perch;

/// <summary>A single range of bytes: RFC 9110 §14.1.2.</summary>
internal static class RangeField
{
    /// <summary>Reads a <c>range</c> field.</summary>
    /// <param name="field">The value of the field.</param>
    /// <param name="length">The length of the file.</param>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="count">How many bytes it has.</param>
    /// <returns>True for a range that can be sent, false for one beyond the end (416), null for a field that is to be ignored.</returns>
    internal static bool? Read(string field, long length, out long offset, out long count)
    {
        offset = count = 0;
        ReadOnlySpan<char> text = field.AsSpan().Trim(" \t");
        if (!text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        ReadOnlySpan<char> range = text["bytes=".Length..].Trim(" \t,");
        int dash = range.IndexOf('-');
        if (dash < 0 || !TryNumber(range[..dash], out long? first) || !TryNumber(range[(dash + 1)..], out long? last) || (first is null && last is null))
        {
            return null;
        }

        if (first is null)
        {
            // The last bytes. Of a file without bytes there is no range that content-range could name: it is sent whole.
            count = Math.Min(last!.Value, length);
            offset = length - count;
            return last == 0 ? false : length == 0 ? null : true;
        }

        if (last < first)
        {
            return null;
        }

        if (first >= length)
        {
            return false;
        }

        offset = first.Value;
        count = Math.Min(last ?? long.MaxValue, length - 1) - offset + 1;
        return true;
    }

    /// <summary>A number, or null for nothing. One that is too large for a file is as good as the largest.</summary>
    private static bool TryNumber(ReadOnlySpan<char> digits, out long? number)
    {
        number = null;
        if (digits.IsEmpty)
        {
            return true;
        }

        long value = 0;
        foreach (char c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            int digit = c - '0';
            value = value > (long.MaxValue - digit) / 10 ? long.MaxValue : (value * 10) + digit;
        }

        number = value;
        return true;
    }
}
