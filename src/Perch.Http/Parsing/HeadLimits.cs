namespace Perch.Http.Parsing;

/// <summary>What a request head may have. They bound what is looked at, so they hold for incomplete heads as well.</summary>
internal readonly struct HeadLimits
{
    /// <summary>The longest head that an entry of the field table can describe.</summary>
    internal const int HighestMaxHeadBytes = (1 << FieldEntry.PositionBits) - 1;

    /// <summary>The defaults: as Kestrel's MaxRequestLineSize, MaxRequestHeadersTotalSize and MaxRequestHeaderCount.</summary>
    internal static HeadLimits Default => new(8 * 1024, 32 * 1024, 100);

    internal HeadLimits(int maxRequestLineBytes, int maxHeadBytes, int maxFields)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRequestLineBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxHeadBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxHeadBytes, HighestMaxHeadBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(maxFields);
        MaxRequestLineBytes = maxRequestLineBytes;
        MaxHeadBytes = maxHeadBytes;
        MaxFields = maxFields;
    }

    /// <summary>The bytes of the request line without its CR LF.</summary>
    internal int MaxRequestLineBytes { get; }

    /// <summary>The bytes of the whole head, from its first byte to the LF of its empty line.</summary>
    internal int MaxHeadBytes { get; }

    /// <summary>The number of field lines.</summary>
    internal int MaxFields { get; }

    /// <summary>
    /// The length of the table that the caller owns: an entry for each field, and room for the positions that are written a few at a
    /// time, wanted or not.
    /// </summary>
    internal int TableLength => MaxFields + 1 + RequestHeadParser.LinesAtOnce;
}
