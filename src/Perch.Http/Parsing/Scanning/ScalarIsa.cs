namespace Perch.Http.Parsing.Scanning;

/// <summary>The masks, one byte at a time, for a machine without vectors.</summary>
internal readonly struct ScalarIsa : IScanIsa
{
    public static bool IsSupported => true;

    public static ulong Control(ReadOnlySpan<byte> block)
    {
        ulong mask = 0;
        for (var i = 0; i < IScanIsa.BlockLength; i++)
            if (ByteClasses.Is(block[i], ByteClass.Control)) mask |= 1UL << i;
        return mask;
    }

    public static void FieldLine(ReadOnlySpan<byte> block, out ulong notToken, out ulong control)
    {
        notToken = Not(block, ByteClass.Token);
        control = Control(block);
    }

    public static void Target(ReadOnlySpan<byte> block, out ulong notTarget, out ulong percent)
    {
        notTarget = Not(block, ByteClass.Target);
        percent = 0;
        for (var i = 0; i < IScanIsa.BlockLength; i++)
            if (block[i] == '%') percent |= 1UL << i;
    }

    public static void StartLine(ReadOnlySpan<byte> block, out ulong notToken, out ulong notTarget, out ulong percent)
    {
        notToken = Not(block, ByteClass.Token);
        Target(block, out notTarget, out percent);
    }

    public static ulong NotHost(ReadOnlySpan<byte> block) => Not(block, ByteClass.Host);

    private static ulong Not(ReadOnlySpan<byte> block, ByteClass byteClass)
    {
        ulong mask = 0;
        for (var i = 0; i < IScanIsa.BlockLength; i++)
            if (!ByteClasses.Is(block[i], byteClass)) mask |= 1UL << i;
        return mask;
    }
}
