namespace Perch.Http.Parsing.Scanning;

/// <summary>The masks, one byte at a time, for a machine without vectors.</summary>
internal readonly struct ScalarIsa : IScanIsa
{
    public static bool IsSupported => true;

    public static void Lines(ReadOnlySpan<byte> block, out ulong carriageReturn, out ulong lineFeed, out ulong control)
    {
        carriageReturn = lineFeed = control = 0;
        for (var i = 0; i < IScanIsa.BlockLength; i++)
        {
            if (block[i] == '\r') carriageReturn |= 1UL << i;
            if (block[i] == '\n') lineFeed |= 1UL << i;
            if (block[i] is < 0x20 or 0x7F) control |= 1UL << i;
        }
    }

    public static uint NotToken(ReadOnlySpan<byte> block) => NotShort(block, ByteClass.Token);

    public static ulong NotTarget(ReadOnlySpan<byte> block) => Not(block, ByteClass.PlainTarget);

    public static uint NotHost(ReadOnlySpan<byte> block) => NotShort(block, ByteClass.Host);

    // Names are short: what lies after the first byte that ends one is not looked at.
    private static uint NotShort(ReadOnlySpan<byte> block, ByteClass byteClass)
    {
        for (var i = 0; i < IScanIsa.ShortBlockLength; i++)
            if (!ByteClasses.Is(block[i], byteClass)) return uint.MaxValue << i;
        return 0;
    }

    private static ulong Not(ReadOnlySpan<byte> block, ByteClass byteClass)
    {
        ulong mask = 0;
        for (var i = 0; i < IScanIsa.BlockLength; i++)
            if (!ByteClasses.Is(block[i], byteClass)) mask |= 1UL << i;
        return mask;
    }
}
